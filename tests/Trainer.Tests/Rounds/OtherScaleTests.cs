using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Training;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class OtherScaleTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task APoolOnAnotherScaleThanTheLearntOneIsScoredAndSaidToBe()
    {
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 300), label: row => Blobs.Label(row));
        Directory.CreateDirectory(folder.File("bytes"));
        using (var duckDb = new DuckDb())
        {
            duckDb.Execute($"COPY (SELECT id, list_transform(features, x -> (x * 255)::FLOAT) AS features FROM {Sql.ReadParquet(folder.File("pool/a.parquet"))}) TO {Sql.Text(folder.File("bytes/a.parquet"))} (FORMAT parquet)");
        }
        await Train("pool", "--epochs", "2");

        Directory.CreateDirectory(folder.File("one"));
        using (var duckDb = new DuckDb())
        {
            duckDb.Execute($"COPY (SELECT id, list_transform(features, (x, i) -> (CASE WHEN i = 2 THEN x * 1000 ELSE x END)::FLOAT) AS features FROM {Sql.ReadParquet(folder.File("pool/a.parquet"))}) TO {Sql.Text(folder.File("one/a.parquet"))} (FORMAT parquet)");
        }

        (await ScaleOf("pool")).Should().BeNull();
        (await ScaleOf("one")).Should().ContainSingle().Which.Should().Match("the numbers of column features are on another scale than those that the model learnt from: feature 1 (of 0 to *) of the pool's first rows, half between *");
        (await ScaleOf("bytes")).Should().ContainSingle().Which.Should().Match("the numbers of column features are on another scale than those that the model learnt from: of the pool's first rows half of them between*");
    }

    private Task Train(string pool, params string[] more) =>
        Run(TrainCommand.Create(), ["train", "--task", "a", "--models", folder.File("models"), "--pool", folder.File(pool), "--label-column", "label", "--quiet", .. more]);

    private async Task<IReadOnlyList<string>?> ScaleOf(string pool)
    {
        await Run(ScoreCommand.Create(), "score", "--model", folder.File("models/a"), "--pool", folder.File(pool), "--out", folder.File($"scored-{pool}"), "--passes", "2", "--quiet");
        return RunRecord.Read(folder.File($"scored-{pool}/run.json")).OtherScale;
    }

    private static async Task Run(Command command, params string[] arguments) => (await CommandHost.InvokeAsync(new RootCommand { command }, arguments)).Should().Be(ExitCode.Success);
}
