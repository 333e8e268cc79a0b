using ParquetPool.Errors;
using ParquetPool.Randomness;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>Parts of rows of token ids, and what follows each of their tokens.</summary>
internal sealed class TokenWindows
{
    private const double HalfShare = 0.05;
    private const double Deviation = 5;
    private const int Least = 5;

    private readonly int steps;
    private readonly int? padding;
    private readonly ulong seed;
    private readonly int[] numbers; // by id, −1 for one that is not known

    /// <param name="rows">That are learnt from; the ids in them are those that are known.</param>
    /// <param name="tokens">Ids there are, from 0 on.</param>
    /// <param name="padding">The id that fills short rows up; null for none.</param>
    /// <param name="seed">Decides the windows.</param>
    /// <exception cref="DataException">A number is no id, or no row has two tokens.</exception>
    public TokenWindows(IReadOnlyList<float[]> rows, int tokens, int? padding, ulong seed)
    {
        (steps, this.padding, this.seed) = (rows[0].Length, padding, seed);
        Require(rows, tokens);
        Known = [.. rows.SelectMany(row => row).Select(number => (long)number).Where(id => id != padding).Distinct().Order()];
        numbers = new int[tokens];
        Array.Fill(numbers, -1);
        foreach (var (number, id) in Known.Index())
        {
            numbers[id] = number;
        }
        Longest = rows.Max(Length);
        if (Longest < 2)
        {
            throw new DataException("no row has two tokens, expected rows of several: what follows a token is what a language model learns");
        }
    }

    /// <summary>The ids that a model of the rows knows, ascending: those that it can tell to follow.</summary>
    public IReadOnlyList<long> Known { get; }

    /// <summary>Tokens of the longest row.</summary>
    public int Longest { get; }

    /// <exception cref="DataException">A number is no id.</exception>
    public static void Require(IReadOnlyList<float[]> rows, int tokens)
    {
        foreach (var number in rows.SelectMany(row => row))
        {
            if (!(number >= 0 && number < tokens && number == MathF.Floor(number)))
            {
                throw new DataException($"a row holds {number} as a token id, expected whole numbers from 0 to {tokens - 1}: raise the embedding's \"tokens\" in network.json or correct the row");
            }
        }
    }

    /// <summary>How long the windows of a step are: mostly the longest row, at times half of it, give or take some (Merity et al. 2018, section 4.1).</summary>
    public int LengthAt(int step)
    {
        var draws = new PhiloxStream(seed, Purpose.WindowLengths, (uint)step);
        var mean = draws.Uniform() < HalfShare ? Longest / 2.0 : Longest;
        return Math.Clamp((int)Math.Round(mean + (Deviation * draws.Normal())), Math.Min(Least, Longest), Longest);
    }

    /// <summary>A window of each row, from a place that is drawn where the row is longer.</summary>
    public TokenBatch Cut(IReadOnlyList<float[]> rows, int length, int step)
    {
        var draws = new PhiloxStream(seed, Purpose.WindowPlaces, (uint)step);
        return Of(rows, row => row.AsSpan(draws.Below(Math.Max(1, Length(row) - length + 1)), length));
    }

    /// <summary>Whole rows.</summary>
    public TokenBatch Whole(IReadOnlyList<float[]> rows) => Of(rows, row => row);

    private delegate ReadOnlySpan<float> Window(float[] row);

    private TokenBatch Of(IReadOnlyList<float[]> rows, Window window)
    {
        var (cut, places, targets, unknown) = (new float[rows.Count][], new List<long>(), new List<long>(), 0);
        foreach (var (row, whole) in rows.Index())
        {
            var ids = window(whole);
            cut[row] = new float[steps];
            Array.Fill(cut[row], padding ?? ids[^1]); // Nothing before it sees what stands behind a window.
            ids.CopyTo(cut[row]);
            for (var step = 0; step + 1 < ids.Length; step++)
            {
                if (ids[step] == padding || ids[step + 1] == padding)
                {
                    continue;
                }
                if (numbers[(int)ids[step + 1]] is >= 0 and var number)
                {
                    places.Add(((long)row * steps) + step);
                    targets.Add(number);
                }
                else
                {
                    unknown++;
                }
            }
        }
        return new TokenBatch(cut, [.. places], [.. targets], unknown);
    }

    /// <summary>Its tokens up to the last that is no padding.</summary>
    private int Length(float[] row) => Array.FindLastIndex(row, id => id != padding) + 1;
}

/// <summary>Rows of token ids and what is to be told of them.</summary>
/// <param name="Rows">[row][step].</param>
/// <param name="Places">row · steps + step, of each token whose follower is known; the follower stands one further.</param>
/// <param name="Targets">The number of that follower among <see cref="TokenWindows.Known"/>.</param>
/// <param name="Unknown">Followers that are not known.</param>
internal sealed record TokenBatch(float[][] Rows, long[] Places, long[] Targets, int Unknown);
