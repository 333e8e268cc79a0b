"""Writes torch-gru.onnx, torch-lstm.onnx, torch-transformer.onnx and torch-fixed.onnx: networks as PyTorch's exporter leaves them.

Made with Debian 12's python3-torch 1.13: /usr/bin/python3 export_torch_networks.py
"""
import sys
import torch
from torch import nn


class Recurrent(nn.Module):
    def __init__(self, kind, both):
        super().__init__()
        self.tokens = nn.Embedding(20, 6)
        self.layer = kind(6, 7, batch_first=True, bidirectional=both)
        self.head = nn.Linear(14 if both else 7, 3)

    def forward(self, ids):
        steps, _ = self.layer(self.tokens(ids))
        return self.head(steps.mean(dim=1))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(20, 8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.first = nn.LayerNorm(8)
        self.inner = nn.Sequential(nn.Linear(8, 12), nn.GELU(), nn.Linear(12, 8))
        self.second = nn.LayerNorm(8)
        self.head = nn.Linear(8, 3)

    def forward(self, ids):
        x = self.tokens(ids)
        x = self.first(x + self.attention(x, x, x, need_weights=False)[0])
        x = self.second(x + self.inner(x))
        return self.head(x[:, 0])


def export(name, model, opset, sample, names, fixed=False):
    model.eval()
    torch.onnx.export(
        model, sample, name, opset_version=opset, input_names=[names], output_names=["logits"],
        dynamic_axes=None if fixed else {names: {0: "batch"}, "logits": {0: "batch"}})


torch.manual_seed(7)
folder = sys.argv[1] + "/" if len(sys.argv) > 1 else ""
ids = torch.arange(10).reshape(2, 5)
for opset in [int(o) for o in sys.argv[2:]] or [None]:
    tail = f"-{opset}" if opset else ""
    export(f"{folder}torch-gru{tail}.onnx", Recurrent(nn.GRU, True), opset or 14, ids, "ids")
    export(f"{folder}torch-lstm{tail}.onnx", Recurrent(nn.LSTM, False), opset or 9, ids, "ids")
    export(f"{folder}torch-transformer{tail}.onnx", Transformer(), opset or 16, ids, "ids")
    export(f"{folder}torch-fixed{tail}.onnx", nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)),
        opset or 11, torch.zeros(1, 1, 6, 6), "image", fixed=True)
