using System.CommandLine;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Shards;
using ParquetPool.Texts;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Tests.Rounds;

/// <summary>A network on token ids, from the pool to the ranked rows.</summary>
public sealed class TokenScoringTests : IDisposable
{
    private const int Rows = 120;
    private const int Steps = 6;
    private readonly TestFolder folder = new();

    public TokenScoringTests() => File.WriteAllText(folder.File("network.json"), """
        { "layers": [ { "type": "embedding", "tokens": 10, "width": 8, "padding": 0 }, { "type": "lstm", "units": 8, "dropout": 0.3 } ] }
        """);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_row_with_an_id_that_the_network_has_not_is_rejected_and_the_others_are_ranked()
    {
        Write(strange: 100, labelled: 80);
        (await Train()).Should().Be(ExitCode.Success);

        (await Run(ScoreCommand.Create(), "score", "--model", folder.File("models/m"), "--pool", folder.File("pool.parquet"), "--out", folder.File("scored"), "--top", "200", "--on-bad-rows", "reject", "--quiet"))
            .Should().Be(ExitCode.Success);

        TextTable.Read(folder.File("scored/rejects.parquet"), "id", "reason").Should().ContainSingle().Which.Should().Equal("row-100", "the model's logits are not finite");
        TextTable.Read(folder.File("scored/ranked.parquet"), "id").Should().HaveCount(Rows - 1);
    }

    [Fact]
    public async Task A_labelled_row_with_such_an_id_is_an_error()
    {
        Write(strange: 20, labelled: 80);

        (await Train()).Should().Be(ExitCode.Data);
    }

    private Task<int> Train() => Run(
        TrainCommand.Create(), "train", "--task", "m", "--models", folder.File("models"), "--pool", folder.File("pool.parquet"), "--label-column", "label", "--epochs", "2", "--network", folder.File("network.json"), "--quiet");

    /// <summary>Rows of ids whose class is the first; the <paramref name="strange"/> one has an id too large.</summary>
    private void Write(int strange, int labelled)
    {
        int[] rows = [.. Enumerable.Range(0, Rows)];
        using var writer = new ShardWriter(folder.File("pool.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Steps), new("label", ShardType.Text)]);
        writer.Write(
            Rows,
            Array.ConvertAll(rows, r => $"row-{r:D3}"),
            rows.SelectMany(r => Enumerable.Range(0, Steps).Select(s => r == strange && s == 3 ? 10f : s < 4 ? 1 + ((r + (s * 5)) % 9) : 0)).ToArray(),
            Array.ConvertAll(rows, r => r < labelled ? $"{r % 3}" : null));
        writer.Complete();
    }

    private static Task<int> Run(Command command, params string[] arguments) => CommandHost.InvokeAsync(new RootCommand { command }, arguments);
}
