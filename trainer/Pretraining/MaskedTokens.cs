using ParquetPool.Randomness;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>Which tokens of rows are to be told, and what stands for them: BERT's rule (Devlin et al. 2019, section 3.1).</summary>
/// <param name="mask">The id that stands for a token.</param>
/// <param name="marks">Ids that are no text and are never to be told.</param>
internal sealed class MaskedTokens(int mask, IReadOnlySet<int> marks)
{
    /// <summary>Of the tokens that are to be told.</summary>
    public const double Share = 0.15;

    private const double MaskedShare = 0.8;
    private const double ReplacedShare = 0.9;

    private readonly Dictionary<int, int> numbers = [];

    /// <summary>The ids that can be told, ascending: those of the rows learnt from.</summary>
    public IReadOnlyList<int> Known { get; private set; } = [];

    /// <summary>Takes the ids of rows for those that can be told.</summary>
    public void Learn(IEnumerable<float[]> rows)
    {
        Known = [.. rows.SelectMany(row => row).Select(id => (int)id).Where(id => !marks.Contains(id)).Distinct().Order()];
        foreach (var (number, id) in Known.Index())
        {
            numbers[id] = number;
        }
    }

    /// <summary>Draws, token by token: of those to be told 80 % are masked, 10 % another of the known ids, 10 % stay as they are.</summary>
    /// <param name="purpose">Of the draws.</param>
    /// <param name="turn">Another one draws others.</param>
    /// <returns>Ids that are to be told and not known are masked, and are no targets.</returns>
    public MaskedRows Of(IReadOnlyList<float[]> rows, ulong seed, Purpose purpose, uint turn)
    {
        var draws = new PhiloxStream(seed, purpose, turn);
        var (masked, places, targets, unknown) = (new float[rows.Count][], new List<(int Row, int Place)>(), new List<long>(), 0);
        foreach (var (row, ids) in rows.Index())
        {
            masked[row] = [.. ids];
            for (var place = 0; place < ids.Length; place++)
            {
                var id = (int)ids[place];
                if (marks.Contains(id) || draws.Uniform() is var draw && draw >= Share)
                {
                    continue;
                }
                masked[row][place] = draw < Share * MaskedShare ? mask : draw < Share * ReplacedShare ? Known[draws.Below(Known.Count)] : id;
                if (numbers.TryGetValue(id, out var number))
                {
                    places.Add((row, place));
                    targets.Add(number);
                }
                else
                {
                    unknown++;
                }
            }
        }
        return new MaskedRows(masked, places, targets, unknown);
    }
}

/// <summary>Rows of which some tokens are to be told.</summary>
/// <param name="Rows">[row][place].</param>
/// <param name="Places">Of those tokens.</param>
/// <param name="Targets">The number of each among <see cref="MaskedTokens.Known"/>.</param>
/// <param name="Unknown">Others that would have to be told and are not known.</param>
internal sealed record MaskedRows(float[][] Rows, IReadOnlyList<(int Row, int Place)> Places, IReadOnlyList<long> Targets, int Unknown);
