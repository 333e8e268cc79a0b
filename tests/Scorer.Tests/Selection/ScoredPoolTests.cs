using System.Text;
using System.Text.Json.Nodes;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Tests.Selection;

public sealed class ScoredPoolTests : IDisposable
{
    private readonly SelectFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task DamagedScoresAreNotSelectedFrom()
    {
        await folder.ScoreAsync();
        await using (var file = File.OpenWrite(Scores))
        {
            file.Position = file.Length / 3;
            file.WriteByte(0xFF);
            file.WriteByte(0x00);
        }

        await Selecting().Should().ThrowAsync<DataException>().WithMessage("*shard-1.parquet*has changed since it was scored*");
    }

    [Fact]
    public async Task ScoresThatAnotherProgramEditedAreNotSelectedFrom()
    {
        await folder.ScoreAsync();
        using (var duckDb = new DuckDb())
        {
            duckDb.Execute($"COPY (SELECT * REPLACE (99::DOUBLE AS bald) FROM {Sql.ReadParquet(Scores)}) TO {Sql.Text(Scores + ".edited")} (FORMAT parquet)");
        }
        File.Move(Scores + ".edited", Scores, overwrite: true);

        await Selecting().Should().ThrowAsync<DataException>().WithMessage("*shard-1.parquet*has changed since it was scored*");
    }

    [Fact]
    public async Task ScoresThatAreNoNumbersAreNotSelectedFromWhateverTheirChecksumsSay()
    {
        await folder.ScoreAsync();
        var before = ContentHash.Of(Scores, TestContext.Current.CancellationToken);
        using (var duckDb = new DuckDb())
        {
            duckDb.Execute($"COPY (SELECT * REPLACE ('nan'::DOUBLE AS bald) FROM {Sql.ReadParquet(Scores)}) TO {Sql.Text(Scores + ".edited")} (FORMAT parquet)");
        }
        File.Move(Scores + ".edited", Scores, overwrite: true);
        string Retold(string told) => File.ReadAllText(told).Replace(before, ContentHash.Of(Scores, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var record = JsonNode.Parse(Retold(Path.ChangeExtension(Scores, ".json")))!.AsObject();
        record.Remove("xxh128");
        File.WriteAllBytes(Path.ChangeExtension(Scores, ".json"), RecordSeal.Close(Encoding.UTF8.GetBytes(record.ToJsonString())));
        File.WriteAllText(folder.File("scored", WrittenFiles.FileName), Retold(folder.File("scored", WrittenFiles.FileName)));

        await Selecting().Should().ThrowAsync<DataException>().WithMessage("*shard-1.parquet holds a row that no scoring writes*score 'nan'*");
    }

    private string Scores => folder.File("scored", "scores", "shard-1.parquet");

    private Func<Task> Selecting() => () => SelectFolder.SelectAsync(folder.Options("top", 5));
}
