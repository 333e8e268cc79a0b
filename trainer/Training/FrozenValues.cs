using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.TrainingSets;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Training;

/// <summary>What the frozen part of a network gives for each row, computed once. Not for two threads at a time.</summary>
/// <remarks>Holds <see cref="MostBytes"/> at most; rows that come later are computed whenever they are asked for, in tiles of the same size, so with the same bits.</remarks>
/// <param name="network">Runs the graph.</param>
/// <param name="names">The values; see <see cref="Networks.Network.Remembered"/>. Those that turn out to be no float32 of a place for each row are left to be computed in every step.</param>
/// <param name="inputs">Where rows are laid out; overwritten.</param>
/// <param name="tileRows">Rows computed at a time.</param>
internal sealed class FrozenValues(TorchNetwork network, IReadOnlyList<string> names, InputBuffers inputs, int tileRows)
{
    private const long MostBytes = 1L << 30;
    private IReadOnlyList<string> names = names;
    private readonly Dictionary<LabelledRow, float[][]> known = new(ReferenceEqualityComparer.Instance);
    private long[][] shapes = [];
    private long bytes;

    /// <summary>The values of some rows by name, [row, ...], in the caller's dispose scope.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Of(IReadOnlyList<LabelledRow> rows)
    {
        if (names.Count == 0)
        {
            return [];
        }
        float[][][] values = [.. Computed(rows)];
        return names.Select((name, i) => KeyValuePair.Create(name, inputs.Tensor([.. values.SelectMany(v => v[i])], [rows.Count, .. shapes[i]])));
    }

    private IEnumerable<float[][]> Computed(IReadOnlyList<LabelledRow> rows)
    {
        var computed = new Dictionary<LabelledRow, float[][]>(ReferenceEqualityComparer.Instance);
        foreach (var tile in rows.Where(r => !known.ContainsKey(r)).Distinct(ReferenceEqualityComparer.Instance).Cast<LabelledRow>().Chunk(tileRows))
        {
            foreach (var (row, values) in tile.Zip(Compute(tile)))
            {
                computed[row] = values;
                bytes += values.Sum(v => (long)sizeof(float) * v.Length);
                if (bytes <= MostBytes)
                {
                    known[row] = values;
                }
            }
        }
        return rows.Select(r => known.GetValueOrDefault(r) ?? computed[r]);
    }

    private float[][][] Compute(LabelledRow[] tile)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        for (var i = 0; i < tileRows; i++)
        {
            inputs.Fill(i, tile[i % tile.Length].Features);
        }
        var tensors = network.Forward(inputs.Tensors(tileRows), names, default);
        if (shapes.Length == 0)
        {
            var ofRows = tensors.Select(t => t.dtype == torch.ScalarType.Float32 && t.shape.Length > 0 && t.shape[0] == tileRows).ToArray();
            (names, tensors) = ([.. names.Where((_, i) => ofRows[i])], [.. tensors.Where((_, i) => ofRows[i])]);
        }
        shapes = [.. tensors.Select(t => t.shape[1..])];
        float[][] all = [.. tensors.Select(TensorConversion.ToArray<float>)];
        return [.. Enumerable.Range(0, tile.Length).Select(i => all.Select(v => v.AsSpan(i * (v.Length / tileRows), v.Length / tileRows).ToArray()).ToArray())];
    }
}
