using ParquetPool.Contract;
using ParquetPool.Scorer.Committees;

namespace ParquetPool.Scorer.Tests.Committees;

/// <summary>Stacks of sequence layers drawn at random, with dropout anywhere between them.</summary>
public class RandomSequenceTests
{
    private const int Models = 40;
    private const int Members = 3;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, Models)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void EveryMemberIsTheMaskedModel(int seed)
    {
        var package = Draw(new Random(seed));
        var masks = seed % 2 == 0 ? MaskKind.Balanced : MaskKind.Independent;
        var inputs = MaskedModel.Inputs(package);
        using var committee = Committee.Compile(package, inputs, Members, (ulong)seed, masks);
        var rows = MaskedModel.Rows(inputs, committee.TileRows);
        using var run = committee.NewRun();
        rows[0].CopyTo(run.Input(0));
        run.Run();

        for (var member = 0; member < Members; member++)
        {
            var expected = MaskedModel.Logits(package, inputs, (ulong)seed, masks, member, Members, rows);
            MaskedModel.Logits(run, committee, member).Zip(expected, (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-4f, $"member {member} of {string.Join(' ', package.Model.Graph.Node.Select(n => n.OpType))}");
        }
    }

    private static ModelPackage Draw(Random random)
    {
        // As many steps as values now and then, where one axis could be taken for the other.
        var (steps, width) = (random.Next(2, 6), 2 * random.Next(1, 5));
        steps = random.Next(4) == 0 ? width : steps;
        return TestModels.Build([steps, width], 3, (w, x, on) =>
        {
            for (var layer = random.Next(1, 5); layer > 0; layer--)
            {
                (x, width) = Layer(w, random, x, steps, width, on);
            }
            x = random.Next(3) switch
            {
                0 => w.Mean(x),
                1 => w.Last(random.Next(2) == 0 ? "LSTM" : "GRU", x, width, width),
                _ => w.Graph.Op("ReduceMax", [x, w.Graph.Ints(1)], Graphs.Attributes.Int("keepdims", 0)),
            };
            for (var layer = random.Next(0, 3); layer > 0; layer--, width = 48)
            {
                x = w.Dropout(w.Relu(w.Dense(x, width, 48)), 0.5f, on);
            }
            return w.Dense(w.Dropout(x, 0.4f, on), width, 3);
        });
    }

    private static (string Value, int Width) Layer(TestModels.Weights w, Random random, string x, int steps, int width, string on)
    {
        var (units, both) = (2 * random.Next(1, 5), random.Next(2) == 0);
        return random.Next(8) switch
        {
            0 => (w.Dropout(x, 0.3f, on), width),
            1 => (w.Lock(x, width, 0.3f, on), width),
            2 => (w.All("LSTM", x, width, units, both), both ? 2 * units : units),
            3 => (w.All("GRU", x, width, units, both), both ? 2 * units : units),
            4 => (w.Graph.Op("Add", [x, w.Attention(w.LayerNorm(x, width), steps, width, 2, 0.3f, on)]), width),
            5 => (w.Dropout(w.Relu(w.EachStep(x, width, units)), 0.3f, on), units),
            6 => (w.Graph.Op("Add", [x, w.Dropout(w.Silu(w.EachStep(x, width, width)), 0.3f, on)]), width),
            _ => (w.LayerNorm(w.Dropout(x, 0.2f, on), width), width),
        };
    }
}
