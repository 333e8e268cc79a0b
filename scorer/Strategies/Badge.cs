using ParquetPool.Randomness;

namespace ParquetPool.Scorer.Strategies;

/// <summary>k-means++ seeding over gradient embeddings: rows that would move the head far, each in another direction.</summary>
/// <remarks>
/// Ash et al., "Deep batch active learning by diverse, uncertain gradient lower bounds" (2020), algorithm 1. The gradient of the loss with
/// respect to the head's weights, at the predicted label ŷ, is g = (p − onehot(ŷ)) ⊗ h (eq. 1). It is never written down:
/// ⟨g, g'⟩ = ⟨a, a'⟩ · ⟨h, h'⟩ with a = p − onehot(ŷ), so memory is rows · (hidden + classes). The first row is the one with the longest
/// gradient, as in the authors' code; the next are drawn in proportion to the squared distance to the nearest row so far (Arthur and
/// Vassilvitskii, 2007), which is also the value. Labelled rows are no centres.
/// </remarks>
internal sealed class Badge : IStrategy
{
    private readonly Points residuals;
    private readonly Points embeddings;
    private readonly PhiloxStream draws;
    private readonly double[] nearest; // [row]: squared distance to the nearest row chosen.
    private bool hasCentre;

    /// <param name="probabilities">[row, class], mean over the members.</param>
    public Badge(float[] probabilities, int classes, Points embeddings, ulong seed)
    {
        (residuals, this.embeddings, draws) = (Residuals(probabilities, classes), embeddings, new PhiloxStream(seed, Purpose.BadgeRows));
        nearest = [.. Enumerable.Range(0, embeddings.Count).Select(SquaredNorm)];
    }

    /// <inheritdoc/>
    public Choice? Next(ReadOnlySpan<bool> open)
    {
        var row = hasCentre ? Draw(open) : Greatest.Of(nearest, open);
        if (row < 0)
        {
            return null;
        }
        var value = nearest[row];
        Parallel.For(0, nearest.Length, i => nearest[i] = hasCentre ? Math.Min(nearest[i], SquaredDistance(i, row)) : SquaredDistance(i, row));
        hasCentre = true;
        return new Choice(row, value);
    }

    /// <summary>p − onehot(ŷ), [row, class].</summary>
    internal static Points Residuals(float[] probabilities, int classes)
    {
        var residuals = probabilities.ToArray();
        for (var at = 0; at < residuals.Length; at += classes)
        {
            var predicted = at;
            for (var c = at + 1; c < at + classes; c++)
            {
                predicted = probabilities[c] > probabilities[predicted] ? c : predicted;
            }
            residuals[predicted] -= 1;
        }
        return new Points(residuals, classes);
    }

    private double SquaredNorm(int row) => residuals.SquaredNorm(row) * embeddings.SquaredNorm(row);

    private double SquaredDistance(int row, int other) =>
        row == other ? 0 : Math.Max(0, SquaredNorm(row) + SquaredNorm(other) - (2 * residuals.Dot(row, residuals, other) * embeddings.Dot(row, embeddings, other)));

    /// <summary>An open row, drawn in proportion to its squared distance; the first where all are 0.</summary>
    private int Draw(ReadOnlySpan<bool> open)
    {
        double total = 0;
        for (var row = 0; row < open.Length; row++)
        {
            total += open[row] ? nearest[row] : 0;
        }
        var left = draws.Uniform() * total;
        var last = -1;
        for (var row = 0; row < open.Length; row++)
        {
            if (open[row] && (nearest[row] > 0 || total == 0))
            {
                last = row;
                left -= nearest[row];
                if (left < 0 || total == 0)
                {
                    break;
                }
            }
        }
        return last;
    }
}
