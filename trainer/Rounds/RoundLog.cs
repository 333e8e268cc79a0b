using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Trainer.Stopping;

namespace ParquetPool.Trainer.Rounds;

/// <summary>A round that was trained.</summary>
/// <param name="Round">Its number; null where it was not published.</param>
/// <param name="Reason">Why it was or was not.</param>
/// <param name="Labels">Rows learnt from and held out.</param>
/// <param name="NewLabels">Labels that the attempt before did not have, or had otherwise.</param>
/// <param name="HoldoutRows">Rows measured on: those held out that no round before has learnt from either; all of them where none is compared.</param>
/// <param name="HoldoutAccuracy">On these rows.</param>
/// <param name="AccuracyBefore">The round before's on the same rows; null where there is none that can be compared.</param>
/// <param name="Agreement">Of its predictions with the round before's on rows of the pool.</param>
/// <param name="GainPer100">Expected of the next 100 labels.</param>
internal sealed record RoundRecord(
    DateTimeOffset TimeUtc,
    int? Round,
    string Reason,
    int Labels,
    int NewLabels,
    int HoldoutRows,
    double HoldoutAccuracy,
    double? AccuracyBefore,
    Agreement? Agreement,
    ExpectedGain? GainPer100,
    string LabelsSha256)
{
    /// <summary>Rows learnt from of which is known that they are of one of several classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PartialRows { get; init; }
}

/// <summary><c>models/&lt;task&gt;/labels/rounds.json</c>: every round that <c>trainer round</c> or <c>serve</c> trained, published or not.</summary>
internal sealed class RoundLog(string folder)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private string PathOfFile => StorageAddress.Join(folder, "rounds.json");

    /// <summary>Oldest first.</summary>
    /// <exception cref="DataException">The file is not what it must be.</exception>
    public IReadOnlyList<RoundRecord> Read()
    {
        try
        {
            WrittenFiles.Settle(PathOfFile);
            var records = StoredFiles.Exists(PathOfFile) ? JsonSerializer.Deserialize<List<RoundRecord?>>(StoredFiles.ReadAllBytes(PathOfFile), Json) ?? [] : [];
            return records.All(r => r is { Reason: not null, LabelsSha256: not null, Labels: >= 0, HoldoutAccuracy: >= 0 and <= 1 })
                ? [.. records.OfType<RoundRecord>()]
                : throw new JsonException($"round {records.FindIndex(r => r is not { Reason: not null, LabelsSha256: not null, Labels: >= 0, HoldoutAccuracy: >= 0 and <= 1 }) + 1} of the list is none");
        }
        catch (JsonException e)
        {
            throw new DataException($"{PathOfFile} is no list of rounds ({e.Message}): mend it or move it away", e);
        }
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Append(RoundRecord record)
    {
        List<RoundRecord> all = [.. Read(), record];
        WrittenFiles.Begin(PathOfFile);
        WholeFile.Write(PathOfFile, stream => JsonSerializer.Serialize(stream, all, Json));
        WrittenFiles.Add(PathOfFile);
    }
}
