using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ParquetPool.Randomness;

namespace ParquetPool.Scorer.Strategies;

/// <summary>The labels that a batch may turn out to have, and what the members would be worth after each.</summary>
/// <remarks>
/// Kirsch et al. (2019), section 3.2. An outcome is one label for every row of the batch. Up to <see cref="MostOutcomes"/> outcomes all are kept
/// with their probability (eq. 9 to 11); beyond, a fixed number is sampled: a member drawn evenly, then labels from its predictions (eq. 14).
/// Member m's posterior weight after outcome s is p(s | m) over the sum of that over members, so with either kind
/// H(y | batch) = Σ_s q_s · H(Σ_m w_sm · p(y | m)). Memory: outcomes · (members + 2 · classes) doubles.
/// </remarks>
internal sealed class JointLabels
{
    public const int MostOutcomes = 2_000;
    private const int LeastSamples = 512;
    private const int Block = 32; // Outcomes that are mixed at once.
    private const double LeastProbability = 1e-300; // Keeps a logarithm finite; times itself it is 0.

    private readonly int members;
    private readonly int classes;
    private readonly ulong seed;
    private readonly List<float[]> batch = [];
    private double[] shares = [1]; // [outcome]: q.
    private double[][] weights; // [member][outcome]: w.
    private bool isSampled;

    public JointLabels(int members, int classes, ulong seed)
    {
        (this.members, this.classes, this.seed) = (members, classes, seed);
        weights = [.. Enumerable.Repeat(0, members).Select(_ => new[] { 1.0 / members })];
    }

    /// <summary>Rows in the batch.</summary>
    public int Rows => batch.Count;

    /// <summary>H(y | batch) of a row, in nats. For any number of threads at a time.</summary>
    /// <param name="p">[member, class].</param>
    public double Entropy(ReadOnlySpan<float> p)
    {
        double entropy = 0;
        var (mixture, logs) = (new double[Block], new double[Block]);
        for (var at = 0; at < shares.Length; at += Block)
        {
            var share = shares.AsSpan(at, Math.Min(Block, shares.Length - at));
            var mixed = mixture.AsSpan(0, share.Length);
            var logged = logs.AsSpan(0, share.Length);
            for (var c = 0; c < classes; c++)
            {
                Mix(p, c, at, mixed);
                TensorPrimitives.Max(mixed, LeastProbability, mixed);
                TensorPrimitives.Log(mixed, logged);
                TensorPrimitives.Multiply(mixed, logged, logged);
                entropy -= TensorPrimitives.Dot(logged, share);
            }
        }
        return entropy;
    }

    /// <summary>Puts a row into the batch.</summary>
    /// <param name="p">[member, class].</param>
    public void Add(ReadOnlySpan<float> p)
    {
        batch.Add(p.ToArray());
        if (!isSampled && (long)shares.Length * classes <= MostOutcomes)
        {
            Expand(p);
        }
        else if (isSampled)
        {
            Sample(Rows - 1);
        }
        else
        {
            StartSampling();
        }
    }

    /// <summary>The probability of a class after each of the outcomes from <paramref name="at"/> on: Σ_m w_sm · p(y | m).</summary>
    // Hot from the first call. The weights of a block stay in the first-level cache for all classes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Mix(ReadOnlySpan<float> p, int c, int at, Span<double> mixed)
    {
        if (mixed.Length < Block)
        {
            mixed.Clear();
            for (var member = 0; member < members; member++)
            {
                TensorPrimitives.MultiplyAdd(weights[member].AsSpan(at, mixed.Length), (double)p[(member * classes) + c], mixed, mixed);
            }
            return;
        }
        var (a, b, d, e) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
        for (var member = 0; member < members; member++)
        {
            ref var w = ref weights[member].AsSpan(at, Block)[0];
            var share = Vector512.Create((double)p[(member * classes) + c]);
            a = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref w, 0), share, a);
            b = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref w, 8), share, b);
            d = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref w, 16), share, d);
            e = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref w, 24), share, e);
        }
        a.CopyTo(mixed);
        b.CopyTo(mixed[8..]);
        d.CopyTo(mixed[16..]);
        e.CopyTo(mixed[24..]);
    }

    /// <summary>Every outcome with every class of the new row.</summary>
    private void Expand(ReadOnlySpan<float> p)
    {
        var joint = new double[members][]; // [member][outcome]: q · w · p = p(outcome, member).
        for (var member = 0; member < members; member++)
        {
            joint[member] = new double[shares.Length * classes];
            for (var s = 0; s < shares.Length; s++)
            {
                for (var c = 0; c < classes; c++)
                {
                    joint[member][(s * classes) + c] = shares[s] * weights[member][s] * p[(member * classes) + c];
                }
            }
        }
        weights = joint;
        shares = new double[shares.Length * classes];
        Normalise(shares);
    }

    private void StartSampling()
    {
        isSampled = true;
        var samples = (LeastSamples + members - 1) / members * members;
        weights = [.. Enumerable.Repeat(0, members).Select(_ => new double[samples])];
        foreach (var w in weights)
        {
            Array.Fill(w, 1.0 / members);
        }
        shares = new double[samples];
        for (var row = 0; row < Rows; row++)
        {
            Sample(row);
        }
    }

    /// <summary>Draws the label of a row of the batch in every sample; sample s follows member s mod members.</summary>
    private void Sample(int row)
    {
        var p = batch[row];
        var words = new uint[shares.Length];
        Philox.Fill(seed, Purpose.OutcomeLabels, 0, (uint)row, 0, words);
        for (var s = 0; s < words.Length; s++)
        {
            var label = Draw(p.AsSpan(s % members * classes, classes), words[s] * (1.0 / 4294967296.0));
            for (var member = 0; member < members; member++)
            {
                weights[member][s] *= p[(member * classes) + label];
            }
        }
        Normalise(new double[shares.Length]);
        Array.Fill(shares, 1.0 / shares.Length);
    }

    private static int Draw(ReadOnlySpan<float> p, double uniform)
    {
        var last = 0;
        for (var c = 0; c < p.Length; c++)
        {
            if (p[c] > 0)
            {
                last = c;
                uniform -= p[c];
                if (uniform < 0)
                {
                    break;
                }
            }
        }
        return last;
    }

    /// <summary>Makes the weights of each outcome add up to 1; <paramref name="sums"/> gets what they added up to.</summary>
    private void Normalise(double[] sums)
    {
        foreach (var w in weights)
        {
            TensorPrimitives.Add(sums, w, sums);
        }
        foreach (var w in weights)
        {
            for (var s = 0; s < sums.Length; s++)
            {
                w[s] = sums[s] > 0 ? w[s] / sums[s] : 1.0 / members;
            }
        }
    }
}
