using System.Numerics.Tensors;

namespace ParquetPool.Scorer.Outputs;

/// <summary>Proves on made-up rows that a model gives the same numbers again, and that a row's do not depend on the rows beside it.</summary>
/// <param name="rows">Of one run.</param>
/// <param name="inputs">What a row of each input has, and how many whole numbers it takes, from 0 on; 0 for any numbers.</param>
/// <param name="input">The buffer of an input, [row, width].</param>
/// <param name="run">Computes the outputs of all rows.</param>
/// <param name="row">The numbers computed for a row.</param>
internal sealed class RowProof(int rows, IReadOnlyList<(int Width, int Wholes)> inputs, InputBuffer input, Action run, Func<int, float[]> row)
{
    private const float Outlier = 1000;

    /// <summary>What rounding may make of a row in the same place; a product's may differ a little from place to place.</summary>
    private const double SamePlace = 1e-4;
    private const double OtherPlace = 1e-2;

    /// <summary>The most numbers that are kept of a run: of more, some rows are looked at.</summary>
    private const int MostNumbers = 1 << 22;

    private bool isPositive;
    private int[] looked = []; // rows

    /// <summary>Whether two runs on the same rows give the same bytes. Comes first: the other questions go by its numbers.</summary>
    public bool IsRepeatable()
    {
        Fill(at => at);
        var first = Run();
        if (Told(first) * 2 < looked.Length)
        {
            // A logarithm or a root of numbers below 0 tells nothing.
            (isPositive, var signed) = (true, first);
            Fill(at => at);
            first = Run();
            if (Told(first) < Told(signed))
            {
                (isPositive, first) = (false, signed);
                Fill(at => at);
            }
        }
        return Run().Zip(first).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second) || pair.First.Zip(pair.Second).All(v => BitConverter.SingleToInt32Bits(v.First) == BitConverter.SingleToInt32Bits(v.Second)));
    }

    /// <summary>Whether rows keep their numbers beside an outlier, among zeros, and in another order.</summary>
    public bool IsIndependent()
    {
        Fill(at => at);
        var alone = Run();
        var odd = rows / 2;
        Exaggerate(odd);
        if (!looked.Index().Where(r => r.Item != odd).All(r => Agree(alone[r.Index], row(r.Item), SamePlace)))
        {
            return false;
        }
        Fill(at => at);
        ClearFrom(1);
        run();
        if (!Agree(alone[0], row(0), SamePlace))
        {
            return false;
        }
        Fill(at => rows - 1 - at);
        run();
        return looked.Index().All(r => Agree(alone[r.Index], row(rows - 1 - r.Item), OtherPlace));
    }

    /// <summary>Rows that have numbers.</summary>
    private static int Told(float[][] numbers) => numbers.Count(of => of.All(float.IsFinite));

    private float[][] Run()
    {
        run();
        var step = Math.Max(1, (int)Math.Ceiling((double)rows * row(0).Length / MostNumbers));
        looked = [.. Enumerable.Range(0, rows).Where(r => r % step == 0)];
        return [.. looked.Select(row)];
    }

    private void Fill(Func<int, int> place)
    {
        foreach (var (at, (width, wholes)) in inputs.Index())
        {
            var numbers = new float[rows * width];
            ProbeRows.Fill(numbers, width, at, wholes);
            if (isPositive)
            {
                TensorPrimitives.Abs(numbers, numbers);
            }
            for (var r = 0; r < rows; r++)
            {
                numbers.AsSpan(place(r) * width, width).CopyTo(input(at)[(r * width)..]);
            }
        }
    }

    private void Exaggerate(int odd)
    {
        foreach (var (at, (width, wholes)) in inputs.Index())
        {
            foreach (ref var number in input(at).Slice(odd * width, width))
            {
                number = wholes > 0 ? wholes - 1 - number : number * Outlier;
            }
        }
        run();
    }

    private void ClearFrom(int first)
    {
        foreach (var (at, (width, _)) in inputs.Index())
        {
            input(at)[(first * width)..(rows * width)].Clear();
        }
    }

    private static bool Agree(float[] one, float[] other, double tolerance)
    {
        var size = one.Concat(other).Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        return one.Zip(other).All(v => v.First.Equals(v.Second) || Math.Abs(v.First - v.Second) <= tolerance * Math.Max(size, 1e-3));
    }
}

/// <summary>The buffer of a model's input by its place among the inputs.</summary>
internal delegate Span<float> InputBuffer(int input);
