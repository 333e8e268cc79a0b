using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Acquisition;

/// <summary>From logits to all score columns, of a committee and of its halves, in one pass, in double precision; entropies are in nats. Not for two threads at a time.</summary>
/// <remarks>
/// p_t = softmax(logits of member t), p = mean over t. Least confidence, margin, entropy: Settles, "Active learning literature survey"
/// (2009). BALD: Houlsby et al. (2011), for dropout committees Gal, Islam and Ghahramani (2017). Variation ratio and mean standard deviation:
/// Gal (2016). The entropy of a member is log Z − Σ p·(z − max z), which needs one logarithm a member. A logit of −∞ is a probability of 0;
/// with NaN or +∞ among them the confidence is NaN. Rows lie in the lanes, so each row meets the same operations in the same order,
/// and the same logits give the same bits, whatever the vector width or the row's neighbours. Nothing is allocated after construction.
/// With a temperature, confidence, least confidence, margin and entropy are those of softmax(log p / temperature); what tells members apart stays as it is.
/// The halves are members 0 to h - 1 and h to 2h - 1 with h = ⌊members / 2⌋; balanced masks are exchangeable over members, so any would do.
/// </remarks>
internal sealed class ScoreKernel(int members, int classes, double temperature = 1)
{
    // What is summed over members is kept for three parts of the committee: all of it, its first half and its second half.
    private const int Parts = 3;
    private const int Whole = 0;
    private const int Results = 8;
    private readonly int half = members / 2;
    private readonly double[] logits = new double[classes * RowBlock.Rows]; // [class, row], of one member
    private readonly double[] probabilities = new double[members * classes * RowBlock.Rows]; // [member, class, row]
    private readonly double[] mean = new double[Parts * classes * RowBlock.Rows]; // [part, class, row]
    private readonly double[] votes = new double[Parts * classes * RowBlock.Rows]; // [part, class, row]
    private readonly double[] expectedEntropy = new double[Parts * RowBlock.Rows]; // [part, row]
    private readonly double[] top = new double[RowBlock.Rows]; // the class
    private readonly double[] results = new double[Parts * Results * RowBlock.Rows]; // [part, score, row], as ScoreColumn.All has them, then the confidence

    /// <summary>Scores the first <paramref name="rows"/> rows of a tile into <paramref name="target"/> from row <paramref name="at"/> on.</summary>
    /// <param name="logits">[member, class, row] with <paramref name="tileRows"/> rows a class.</param>
    public void Score(ReadOnlySpan<float> logits, int tileRows, int rows, ScoreBatch target, int at)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Score<Lanes8>(logits, tileRows, rows, target, at);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Score<Lanes4>(logits, tileRows, rows, target, at);
        }
        else
        {
            Score<Lanes1>(logits, tileRows, rows, target, at);
        }
    }

    /// <summary>The same with lanes of a given width.</summary>
    internal void Score<T>(ReadOnlySpan<float> logits, int tileRows, int rows, ScoreBatch target, int at)
        where T : struct, ILanes<T>
    {
        for (var row = 0; row < rows; row += RowBlock.Rows)
        {
            var count = Math.Min(RowBlock.Rows, rows - row);
            Array.Clear(mean);
            Array.Clear(votes);
            Array.Clear(expectedEntropy);
            for (var member = 0; member < members; member++)
            {
                var part = member < half ? 1 : member < 2 * half ? 2 : Whole;
                RowBlock.Widen(logits[(member * classes * tileRows + row)..], tileRows, count, this.logits);
                for (var lane = 0; lane < RowBlock.Rows; lane += T.Count)
                {
                    AddMember<T>(member, part, lane);
                }
                for (var lane = 0; lane < RowBlock.Rows; lane++)
                {
                    votes[(part * classes + (int)top[lane]) * RowBlock.Rows + lane]++;
                }
            }
            AddHalves<T>(mean);
            AddHalves<T>(votes);
            AddHalves<T>(expectedEntropy);
            for (var lane = 0; lane < RowBlock.Rows; lane += T.Count)
            {
                if (target.HalfColumns.Count > 0)
                {
                    Summarise<T>(1, 0, half, lane);
                    Summarise<T>(2, half, half, lane);
                }
                Summarise<T>(Whole, 0, members, lane);
            }
            CopyTo(target, at + row, count);
        }
    }

    /// <summary>Adds a member's probabilities and entropy, and finds the class it votes for, the first of equals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddMember<T>(int member, int part, int lane)
        where T : struct, ILanes<T>
    {
        ref var z = ref Lane(logits, lane);
        ref var p = ref Lane(probabilities, member * classes * RowBlock.Rows + lane);
        ref var sums = ref Lane(mean, part * classes * RowBlock.Rows + lane);
        ref var entropies = ref Lane(expectedEntropy, part * RowBlock.Rows + lane);
        var (most, vote) = (T.Load(ref z), T.Of(0));
        for (var c = 1; c < classes; c++)
        {
            var value = T.Load(ref At(ref z, c));
            vote = T.WhereGreater(value, most, T.Of(c), vote);
            most = T.WhereGreater(value, most, value, most);
        }
        vote.Store(ref top[lane]);

        var (sum, weighted) = (T.Of(0), T.Of(0));
        var least = T.Of(LaneMath.LeastExponent - 1); // Its exponential is 0, and unlike −∞ it can be multiplied with that.
        for (var c = 0; c < classes; c++)
        {
            var shifted = T.Load(ref At(ref z, c)) - most;
            shifted = T.WhereGreater(least, shifted, least, shifted);
            var exponential = LaneMath.Exp(shifted);
            sum += exponential;
            weighted = T.FusedMultiplyAdd(exponential, shifted, weighted);
            exponential.Store(ref At(ref p, c));
        }

        var scale = T.Of(1) / sum;
        for (var c = 0; c < classes; c++)
        {
            var probability = T.Load(ref At(ref p, c)) * scale;
            probability.Store(ref At(ref p, c));
            (T.Load(ref At(ref sums, c)) + probability).Store(ref At(ref sums, c));
        }
        (T.Load(ref entropies) + LaneMath.Log(sum) - weighted * scale).Store(ref entropies);
    }

    /// <summary>Adds the sums of both halves, [part, ...], to those of the whole, which has only the odd member so far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddHalves<T>(double[] sums)
        where T : struct, ILanes<T>
    {
        var stride = sums.Length / Parts;
        for (var i = 0; i < stride; i += T.Count)
        {
            (T.Load(ref sums[i]) + (T.Load(ref sums[stride + i]) + T.Load(ref sums[2 * stride + i]))).Store(ref sums[i]);
        }
    }

    /// <summary>From the sums of a part of the committee, <paramref name="size"/> members from <paramref name="firstMember"/> on, to its scores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Summarise<T>(int part, int firstMember, int size, int lane)
        where T : struct, ILanes<T>
    {
        var (zero, one, count) = (T.Of(0), T.Of(1), T.Of(size));
        ref var mean = ref Lane(this.mean, part * classes * RowBlock.Rows + lane);
        ref var votes = ref Lane(this.votes, part * classes * RowBlock.Rows + lane);
        var (first, second, predicted) = (T.Of(-1), zero, zero);
        var (entropy, deviation, mostVotes) = (zero, zero, zero);
        for (var c = 0; c < classes; c++)
        {
            var p = T.Load(ref At(ref mean, c)) / count;
            second = T.WhereGreater(p, first, c == 0 ? zero : first, T.WhereGreater(p, second, p, second));
            predicted = T.WhereGreater(p, first, T.Of(c), predicted);
            first = T.WhereGreater(p, first, p, first);
            entropy = T.WhereGreater(p, T.Of(LaneMath.LeastNormal), entropy - p * LaneMath.Log(p), entropy);
            deviation += Deviation(p, c, firstMember, size, lane);
            var voted = T.Load(ref At(ref votes, c));
            mostVotes = T.WhereGreater(voted, mostVotes, voted, mostVotes);
        }
        first = T.WhereGreater(zero, first, T.Of(double.NaN), first); // No class had a probability.
        var expected = T.Load(ref expectedEntropy[part * RowBlock.Rows + lane]) / count;
        var bald = entropy - expected;

        ref var result = ref Lane(results, part * Results * RowBlock.Rows + lane);
        (one - first).Store(ref At(ref result, 0));
        (first - second).Store(ref At(ref result, 1));
        entropy.Store(ref At(ref result, 2));
        expected.Store(ref At(ref result, 3));
        T.WhereGreater(bald, zero, bald, zero).Store(ref At(ref result, 4));
        (one - mostVotes / count).Store(ref At(ref result, 5));
        (deviation / T.Of(classes)).Store(ref At(ref result, 6));
        first.Store(ref At(ref result, 7));
        predicted.Store(ref top[lane]);
        if (temperature != 1)
        {
            Tempering.Apply(temperature, classes, first, ref mean, ref result);
        }
    }

    /// <summary>The members' standard deviation of a class's probability, in two passes: one would lose half the digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Deviation<T>(T mean, int c, int firstMember, int size, int lane)
        where T : struct, ILanes<T>
    {
        ref var p = ref Lane(probabilities, (firstMember * classes + c) * RowBlock.Rows + lane);
        var sum = T.Of(0);
        for (var member = 0; member < size; member++)
        {
            var difference = T.Load(ref At(ref p, member * classes)) - mean;
            sum = T.FusedMultiplyAdd(difference, difference, sum);
        }
        return T.Sqrt(sum / T.Of(size));
    }

    /// <summary>The columns of a single prediction are the first of all columns, so a batch has the first of the results.</summary>
    private void CopyTo(ScoreBatch target, int at, int count)
    {
        for (var i = 0; i < target.LogitColumns; i++)
        {
            Result(Whole, i)[..count].CopyTo(target.Column(i).AsSpan(at));
        }
        for (var i = 0; i < target.HalfColumns.Count; i++)
        {
            var half = Result(1 + i % 2, i / 2);
            var column = target.HalfColumn(i);
            for (var row = 0; row < count; row++)
            {
                column[at + row] = (float)half[row];
            }
        }
        Result(Whole, Results - 1)[..count].CopyTo(target.Confidence.AsSpan(at));
        for (var row = 0; row < count; row++)
        {
            target.Predicted[at + row] = (int)top[row];
        }
    }

    private ReadOnlySpan<double> Result(int part, int score) => results.AsSpan((part * Results + score) * RowBlock.Rows, RowBlock.Rows);

    private static ref double Lane(double[] values, int index) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(values), index);

    /// <summary>The place <paramref name="c"/> classes on. Within the arrays by the bounds of the loops; checks would cost a tenth of the time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref double At(ref double first, int c) => ref Unsafe.Add(ref first, c * RowBlock.Rows);
}
