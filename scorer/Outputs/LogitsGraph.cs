using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Outputs;

/// <summary>The part of a model that leads to the logits of the output that is scored.</summary>
/// <param name="Logits">The only output of <paramref name="Model"/>, [-1, class].</param>
internal sealed record LogitsGraph(ScoreOutput Output, ModelProto Model, string Logits);
