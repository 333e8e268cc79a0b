using TorchSharp;

namespace ParquetPool.Trainer.Libtorch;

/// <summary>Numbers as libtorch takes them.</summary>
/// <remarks>
/// A <see cref="Scalar"/> that nothing refers to may be finalised, and its memory freed, while libtorch still reads it: TorchSharp hands over the bare pointer. So the newest
/// are kept, far more than all threads' calls take at once.
/// </remarks>
internal static class Scalars
{
    private const int Kept = 4096;
    private static readonly Scalar[] Newest = new Scalar[Kept];
    private static uint count;

    public static Scalar One { get; } = 1.ToScalar();

    public static Scalar Of(double value) => Keep(value.ToScalar());

    public static Scalar Of(float value) => Keep(value.ToScalar());

    public static Scalar Of(long value) => Keep(value.ToScalar());

    public static Scalar Of(int value) => Keep(value.ToScalar());

    /// <summary>What libtorch gave.</summary>
    public static Scalar Of(Scalar number) => Keep(number);

    private static Scalar Keep(Scalar number) => Newest[Interlocked.Increment(ref count) % Kept] = number;
}
