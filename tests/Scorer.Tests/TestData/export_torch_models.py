"""Writes torch-mlp.onnx and torch-cnn.onnx: models with active dropout as PyTorch's exporter leaves them.

Made with Debian 12's python3-torch 1.13: /usr/bin/python3 export_torch_models.py
"""
import torch
from torch import nn


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.dense = nn.Linear(width, width)
        self.dropout = nn.Dropout(0.3)

    def forward(self, x):
        return x + self.dropout(torch.relu(self.dense(x)))


class Image(nn.Module):
    def forward(self, x):
        return x.reshape(-1, 1, 8, 8)


def export(name, model, shape, opset):
    # Some statistics other than 0 and 1, so that a batch normalisation that is lost is noticed.
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2.0)
    model.eval()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.train()
    torch.onnx.export(
        model, torch.zeros(2, *shape), name, opset_version=opset,
        training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
        input_names=["features"], output_names=["logits"],
        dynamic_axes={"features": {0: "batch"}, "logits": {0: "batch"}})


torch.manual_seed(7)
export("torch-mlp.onnx", nn.Sequential(
    nn.Linear(12, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Dropout(0.3),
    nn.Linear(24, 24), nn.GELU(), Residual(24), nn.Dropout(0.5),
    nn.Linear(24, 5)), (12,), 13)
export("torch-cnn.onnx", nn.Sequential(
    Image(), nn.Conv2d(1, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
    nn.Conv2d(6, 8, 2), nn.ReLU(), nn.Flatten(), nn.Linear(32, 16), nn.ReLU(), nn.Dropout(0.5),
    nn.Linear(16, 4)), (64,), 16)
