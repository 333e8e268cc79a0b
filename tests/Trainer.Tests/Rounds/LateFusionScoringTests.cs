using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Sessions;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Training;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class LateFusionScoringTests : IDisposable
{
    private const int Rows = 140;
    private const int Members = 4;
    private const ulong Seed = 9;
    private readonly TestFolder folder = new();

    public LateFusionScoringTests()
    {
        Modalities.Write(folder.File("pool.parquet"), Rows);
        File.WriteAllText(folder.File("network.json"), """
            { "tower": [ { "type": "dense", "units": 24, "batchNorm": true, "dropout": 0.5 }, { "type": "dense", "units": 24, "highway": true, "dropout": 0.5 } ],
              "layers": [ { "type": "dense", "units": 32, "batchNorm": true, "dropout": 0.5 } ] }
            """);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_committee_of_a_trained_model_agrees_with_the_stock_model_under_the_documented_masks_where_vectors_are_missing()
    {
        var package = await Train();
        var pool = ShardSet.Resolve([folder.File("pool.parquet")]);
        var inputs = FeatureInput.Bind(package, pool, []);
        using var committee = Committee.Compile(package, inputs, Members, Seed);
        var schema = new RowSchema([.. inputs.SelectMany(i => i.Columns)]);
        var batch = new RowBatch(schema, Rows);
        using var reader = new ShardReader(pool[0], schema);
        reader.Read(batch, TestContext.Current.CancellationToken);
        using var run = committee.NewRun();
        run.Load(batch, 0, Rows);
        run.Run();

        package.Manifest!.Inputs.Should().OnlyContain(i => i.Missing == ModelInput.NaN);
        package.Manifest.Outputs.Select(o => o.Name).Should().Equal("logits", "embedding", "logits_image", "logits_text");
        package.Manifest.Heads!.Select(h => h.Output).Should().Equal("logits", "logits_image", "logits_text");
        batch.Faults.Should().OnlyContain(f => f == RowFaults.None);
        for (var member = 0; member < Members; member++)
        {
            var expected = Masked(package, batch, member);
            var actual = new float[committee.Classes];
            for (var row = 0; row < Rows; row++)
            {
                run.CopyLogits(member, row, actual);
                actual.Zip(expected.AsSpan(row * committee.Classes, committee.Classes).ToArray(), (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-4f);
            }
        }
    }

    [Fact]
    public async Task Rows_that_lack_a_vector_are_scored_and_ranked()
    {
        await Train();

        string[] arguments = ["score", "--model", folder.File("models/m"), "--pool", folder.File("pool.parquet"), "--out", folder.File("scored"), "--quiet"];
        (await CommandHost.InvokeAsync(new RootCommand { ScoreCommand.Create() }, arguments)).Should().Be(ExitCode.Success, "no row is rejected");

        File.ReadLines(folder.File("scored/ranked.csv")).Should().HaveCount(Rows + 1);
    }

    private async Task<ModelPackage> Train()
    {
        string[] arguments = ["train", "--task", "m", "--models", folder.File("models"), "--pool", folder.File("pool.parquet"), "--label-column", "label", "--features", "image", "text", "--epochs", "20", "--network", folder.File("network.json"), "--quiet"];
        (await CommandHost.InvokeAsync(new RootCommand { TrainCommand.Create() }, arguments)).Should().Be(ExitCode.Success);
        return ModelPackage.Open(folder.File("models/m"));
    }

    /// <summary>The published graph with each Dropout replaced by a multiplication with the documented mask, [row, class].</summary>
    private static float[] Masked(ModelPackage package, RowBatch batch, int member)
    {
        var model = package.Model.Clone();
        var ratios = model.Graph.Initializer.ToDictionary(t => t.Name);
        foreach (var (site, node) in model.Graph.Node.Where(n => n.OpType == "Dropout").ToList().Index())
        {
            var (ratio, width) = (Tensors.ToFloats(ratios[node.Input[1]])[0], (int)package.Manifest!.Dropout[site].Width);
            var mask = Enumerable.Range(0, width).Select(u => DocumentedMasks.KeepsBalanced(Seed, site, member, u, ratio, Members) ? 1 / (1 - ratio) : 0).ToArray();
            model.Graph.Initializer.Add(Tensors.Float($"mask{site}", mask, 1, width));
            node.OpType = "Mul";
            node.Input.RemoveAt(2);
            node.Input[1] = $"mask{site}";
        }
        using var session = new ModelSession(model);
        using var image = TensorBuffer.Over(batch.Vectors[0], Rows, 10);
        using var text = TensorBuffer.Over(batch.Vectors[1], Rows, 6);
        return session.Run(new Dictionary<string, TensorBuffer> { ["image"] = image, ["text"] = text })["logits"].Values;
    }
}
