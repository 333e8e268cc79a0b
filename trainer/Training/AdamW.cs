namespace ParquetPool.Trainer.Training;

/// <summary>Adam with decoupled weight decay: Loshchilov and Hutter 2019, algorithm 2.</summary>
/// <param name="Beta1">Decay of the mean of gradients.</param>
/// <param name="Beta2">Decay of the mean of squared gradients.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="WeightDecay">p −= rate · decay · p, for tensors of rank 2 and more.</param>
public sealed record AdamW(float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f, float WeightDecay = 0.01f)
    : Adam(Beta1, Beta2, Epsilon)
{
    private protected override float Decay => WeightDecay;
}
