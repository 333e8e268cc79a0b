using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>An encoder of texts goes on with what BERT's pre-training is: it tells tokens that are masked (Devlin et al. 2019), on the pool's own texts, as Lee et al. 2019 did for medicine.</summary>
/// <remarks>The head that tells them is new and learns alone in the first tenth of the steps.</remarks>
internal sealed class MaskedLanguage : IPretext
{
    /// <summary>The highest rate of the new head.</summary>
    public const float HeadRate = 1e-3f;

    /// <summary>The highest rate of the encoder.</summary>
    public const float EncoderRate = 5e-5f;

    /// <summary>Gradients are shortened to this norm.</summary>
    public const float Clip = 1;

    /// <summary>Of the steps, at the begin, in which the head alone learns.</summary>
    public const double HeadShare = 0.1;

    private const int ChunkRows = 32;

    private readonly PretrainData data;
    private readonly PretrainRequest request;
    private readonly int padding;
    private readonly MaskedTokens tokens;
    private readonly GraphTrainer trainer;
    private readonly MaskedRows measured;

    public MaskedLanguage(PretrainData data, EncoderParts encoder, string column, int batchRows, PretrainRequest request)
    {
        (this.data, this.request, padding) = (data, request, encoder.Tokens.Padding);
        TokenWindows.Require(data.Training, encoder.Tokens.Tokens);
        TokenWindows.Require(data.Measured, encoder.Tokens.Tokens);
        tokens = new MaskedTokens(encoder.Mask, encoder.Marks);
        tokens.Learn(data.Training);
        if (tokens.Known.Count < 2)
        {
            throw new DataException($"the pool's rows hold {tokens.Known.Count} different tokens that are text, expected many: are these the texts?");
        }
        Graph = EncoderGraph.Of(encoder, column, data.Width, tokens.Known.Count, request.Seed);
        var options = new TrainOptions
        {
            Seed = request.Seed,
            Device = request.Device,
            Steps = new() { Clip = Clip, LearningRate = HeadRate },
            From = new(new(encoder.Name, Graph.Model, encoder.Sha256, null)) { Rate = EncoderRate },
        };
        trainer = new GraphTrainer(Graph.Model, [.. Graph.Given, .. Graph.Head], [Graph.Input], batchRows, options, given: [.. Graph.Given]);
        measured = tokens.Of(data.Measured, request.Seed, Purpose.MeasuredTokens, 0);
    }

    public EncoderGraph Graph { get; }

    /// <inheritdoc/>
    public int Steps => trainer.Steps;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, float[]> Weights => trainer.Weights;

    /// <summary>Tokens to be told of the rows that it is measured by that stand in none it learns from, and all.</summary>
    public (int Unknown, int All) Told => (measured.Unknown, measured.Unknown + measured.Places.Count);

    /// <summary>What the graph gives for rows as it is now.</summary>
    public float[] Values(IReadOnlyList<float[]> rows, string output) => trainer.Predict(rows, output);

    /// <inheritdoc/>
    public double Step(ArraySegment<int> rows, float rate)
    {
        // Rows of about the same length go together, so that little is padded.
        float[][] sorted = [.. rows.Select(row => data.Training[row]).OrderBy(Length)];
        var masked = tokens.Of(sorted, request.Seed, Purpose.MaskedTokens, (uint)Steps);
        if (masked.Places.Count == 0)
        {
            return 0;
        }
        var learnsHead = Steps < request.StepsAtMost * HeadShare;
        var parts = new List<Func<Pass, Tensor>>();
        for (var start = 0; start < sorted.Length; start += ChunkRows)
        {
            var (first, last) = (start, Math.Min(start + ChunkRows, sorted.Length));
            var width = Length(sorted[last - 1]);
            (int Row, int Place, long Target)[] told = [.. masked.Places.Zip(masked.Targets).Where(of => of.First.Row >= first && of.First.Row < last).Select(of => (of.First.Row - first, of.First.Place, of.Second))];
            if (told.Length > 0)
            {
                parts.Add(pass => Loss(Run(trainer.Tensor([.. masked.Rows[first..last].SelectMany(row => row.Take(width))], last - first, width), pass, learnsHead), width, told)
                    .mul(Scalars.Of((float)told.Length / masked.Places.Count)));
            }
        }
        return trainer.Step(parts, rate);
    }

    /// <inheritdoc/>
    /// <remarks>The mean loss of a masked token of rows that are not learnt from, in nats, and the share that is told rightly; the same tokens at every measure.</remarks>
    public PretextScore Measure()
    {
        var (loss, right) = (0.0, 0L);
        trainer.Predict(measured.Rows, [Graph.Told, Graph.Table, Graph.Bias], (first, count, found) =>
        {
            (int Row, int Place, long Target)[] told = [.. measured.Places.Zip(measured.Targets).Where(of => of.First.Row >= first && of.First.Row < first + count).Select(of => (of.First.Row - first, of.First.Place, of.Second))];
            if (told.Length == 0)
            {
                return;
            }
            var (logits, targets) = (Logits(found, data.Width, told), trainer.Places(Array.ConvertAll(told, of => of.Target)));
            loss += TensorConversion.ToArray<float>(NextToken.Of(logits, targets))[0] * (double)told.Length;
            right += TensorConversion.ToArray<long>(logits.argmax(1).eq(targets).sum())[0];
        });
        return measured.Places.Count > 0 ? new PretextScore(loss / measured.Places.Count, (double)right / measured.Places.Count)
            : throw new DataException($"of the {data.Measured.Count} rows to measure by none has a token to be told, expected rows of several tokens: add rows");
    }

    /// <inheritdoc/>
    public IReadOnlyList<TrainingState> Snapshot(int epochs) => [trainer.Snapshot(epochs)];

    /// <inheritdoc/>
    public void Resume(IReadOnlyList<TrainingState> states) => trainer.Resume(states[0]);

    /// <inheritdoc/>
    public void Dispose() => trainer.Dispose();

    /// <summary>What the head is given for each token, the words' vectors and the bias.</summary>
    private Tensor[] Run(Tensor ids, Pass pass, bool learnsHead)
    {
        var inputs = new Dictionary<string, Tensor> { [Graph.Input.Name] = ids };
        if (!learnsHead)
        {
            return trainer.Forward(inputs, [Graph.Told, Graph.Table, Graph.Bias], pass);
        }
        var states = trainer.Forward(inputs, [Graph.States], pass)[0].detach();
        var found = trainer.Forward(new Dictionary<string, Tensor> { [Graph.States] = states }, [Graph.Told, Graph.Table, Graph.Bias], pass);
        return [found[0], found[1].detach(), found[2]];
    }

    private Tensor Loss(Tensor[] found, int width, (int Row, int Place, long Target)[] told) =>
        NextToken.Of(Logits(found, width, told), trainer.Places(Array.ConvertAll(told, of => of.Target)));

    private Tensor Logits(Tensor[] found, int width, (int Row, int Place, long Target)[] told)
    {
        var states = found[0].reshape(-1, Graph.Units).index_select(0, trainer.Places(Array.ConvertAll(told, of => ((long)of.Row * width) + of.Place)));
        return NextToken.Logits(states, found[1].index_select(0, trainer.Places([.. tokens.Known])), found[2]);
    }

    private int Length(float[] row) => Math.Max(1, Array.FindLastIndex(row, id => id != padding) + 1);
}
