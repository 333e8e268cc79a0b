using ParquetPool.Sessions;

namespace ParquetPool.Trainer.Training;

/// <summary>The runs of one session, one per row count, all over the fronts of the same buffers.</summary>
/// <param name="session">Opened when first needed.</param>
/// <param name="shapes">Dimensions by name; -k is k times the rows.</param>
/// <param name="batches">Inputs whose shape may hold the batch, made for the most rows.</param>
/// <param name="state">Inputs of one shape.</param>
/// <param name="results">Outputs, made for the most rows.</param>
/// <remarks>The buffers stay the caller's and must outlive the runs.</remarks>
internal sealed class RowRuns(
    Func<ModelSession> session,
    IReadOnlyDictionary<string, long[]> shapes,
    IReadOnlyDictionary<string, TensorBuffer> batches,
    IReadOnlyDictionary<string, TensorBuffer> state,
    IReadOnlyDictionary<string, TensorBuffer> results) : IDisposable
{
    private readonly Dictionary<int, Bound> bound = [];

    public void Run(int rows) => For(rows).Run.Run();

    /// <summary>The part of an input that a run with this many rows reads.</summary>
    public Span<float> Input(string name, int rows) => For(rows).Inputs[name].Span;

    /// <summary>The part of an output that a run with this many rows writes.</summary>
    public Span<float> Output(string name, int rows) => For(rows).Outputs[name].Span;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var run in bound.Values)
        {
            run.Run.Dispose();
            foreach (var view in run.Views)
            {
                view.Dispose();
            }
        }
    }

    private Bound For(int rows)
    {
        if (!bound.TryGetValue(rows, out var run))
        {
            var views = new List<TensorBuffer>();
            var inputs = batches.ToDictionary(b => b.Key, b => Front(b.Key, b.Value, rows, views));
            var outputs = results.ToDictionary(b => b.Key, b => Front(b.Key, b.Value, rows, views));
            bound[rows] = run = new Bound(session().Bind(inputs.Concat(state).ToDictionary(), outputs), inputs, outputs, views);
        }
        return run;
    }

    private TensorBuffer Front(string name, TensorBuffer whole, int rows, List<TensorBuffer> views)
    {
        if (!shapes.TryGetValue(name, out var dims) || dims.All(d => d >= 0))
        {
            return whole;
        }
        var view = TensorBuffer.Over(whole.Memory, [.. dims.Select(d => d < 0 ? -d * rows : d)]);
        views.Add(view);
        return view;
    }

    private sealed record Bound(
        BoundRun Run, Dictionary<string, TensorBuffer> Inputs, Dictionary<string, TensorBuffer> Outputs, List<TensorBuffer> Views);
}
