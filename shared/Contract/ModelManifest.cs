using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Decoding;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Contract;

/// <summary>What a model package says of its model: <c>manifest.json</c>.</summary>
/// <remarks>Written last, so that a reader that sees it sees a whole package.</remarks>
public sealed record ModelManifest
{
    public const string FileName = "manifest.json";

    /// <summary>The version that this program writes. Every earlier one stays readable.</summary>
    public const int CurrentSchemaVersion = 1;

    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    public required string Task { get; init; }

    public required int Round { get; init; }

    public required DateTimeOffset CreatedUtc { get; init; }

    /// <summary>Class names in the order of the logits.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required IReadOnlyList<ModelInput> Inputs { get; init; }

    public required IReadOnlyList<ModelOutput> Outputs { get; init; }

    /// <summary>Which output is scored and what its numbers are; null in packages of earlier programs, whose output is <c>logits</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelScores? Scores { get; init; }

    /// <summary>Whether the model ranks rows by preferences and knows no classes.</summary>
    [JsonIgnore]
    public bool IsRanking => Scores?.Kind == OutputKinds.NameOf(OutputKind.Preferences);

    public required IReadOnlyList<ModelDropout> Dropout { get; init; }

    public required ModelTraining Training { get; init; }

    /// <summary>The heads of a network that has several; null for one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ModelHead>? Heads { get; init; }

    /// <summary>Spearman's correlation of predicted and true losses of the held-out rows; null where the model predicts none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LossCorrelation { get; init; }

    /// <summary>How sure the model is of what it predicts, and what makes that right; null where nobody asked, as in packages of earlier programs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelCalibration? Calibration { get; init; }

    /// <summary>SHA-256 of <c>model.onnx</c>, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>SHA-256 of <c>state.onnx</c>, from which a training can go on; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StateSha256 { get; init; }

    /// <summary>Reads the manifest of a package.</summary>
    /// <exception cref="DataException">It is missing, malformed or from a newer program.</exception>
    public static ModelManifest Read(string path)
    {
        ModelManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(StoredFiles.ReadAllBytes(path), ContractJson.Default.ModelManifest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new DataException($"cannot read the manifest {path}: {e.Message}", e);
        }
        return manifest is null ? throw new DataException($"the manifest {path} is empty: publish the model again")
            : manifest.SchemaVersion > CurrentSchemaVersion ? throw new DataException($"the manifest {path} has schema version {manifest.SchemaVersion}, this program knows {CurrentSchemaVersion}: use a newer scorer")
            : ManifestRules.Fault(manifest) is { } fault ? throw new DataException($"the manifest {path} {fault}: publish the model again")
            : manifest;
    }

    /// <summary>The bytes of <c>manifest.json</c>.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Default.ModelManifest), (byte)'\n'];
}

/// <summary>A graph input: the pool's columns that feed it, joined in order, and its shape with -1 for the batch.</summary>
/// <param name="Missing">What a missing vector becomes; <c>reject</c>: its row is not scored; <c>nan</c>: a vector of NaN, for which the graph has a placeholder.</param>
public sealed record ModelInput(string Name, IReadOnlyList<string> Columns, IReadOnlyList<long> Dims, string Missing = ModelInput.Reject)
{
    public const string Reject = "reject";

    public const string NaN = "nan";

    /// <summary>How long the lists are where the pool's vectors were lists in lists, such as <c>28x28</c>; null where they were not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Shape { get; init; }

    /// <summary>How its bytes are made of pictures; null where it takes other numbers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PixelSpec? Pixels { get; init; }

    /// <summary>What made the token ids that it takes; null where it takes other numbers, or nobody knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TokenColumn? Tokens { get; init; }

    /// <summary>[column]: what made its vectors; null where it takes other numbers, or nobody knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, EncodedColumn>? Encoders { get; init; }

    /// <summary>Where the numbers of its columns lay that the model learnt from; null where nobody knows, as in packages of earlier programs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ColumnScale>? Scales { get; init; }
}

/// <summary>A graph output and its shape with -1 for the batch.</summary>
public sealed record ModelOutput(string Name, IReadOnlyList<long> Dims);

/// <summary>The output that is scored.</summary>
/// <param name="Kind">What its numbers are: <c>logits</c>, <c>log-probabilities</c>, <c>probabilities</c>, or of a model that ranks rows <c>preferences</c>.</param>
public sealed record ModelScores(string Output, string Kind)
{
    /// <summary>The outputs of the networks whose mean the scored output is, logits of the same shape; null for one network.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Networks { get; init; }
}

/// <summary>A dropout site: its node, the share of units dropped, and how many units it has.</summary>
public sealed record ModelDropout(string Node, float Ratio, long Width);

/// <summary>A head among several and what became of it.</summary>
/// <param name="Output">The graph output.</param>
/// <param name="Sigma">What training made of σ, by whose square the head's loss is divided; it starts at 1.</param>
/// <param name="HoldoutRows">Held-out rows that have what the head goes by.</param>
/// <param name="HoldoutAccuracy">Share of them that the head predicts right, dropout off; null where there is none.</param>
public sealed record ModelHead(string Output, double Sigma, long HoldoutRows, double? HoldoutAccuracy);

/// <summary>How the model was trained.</summary>
/// <param name="Rows">Labelled rows trained on; of a model that ranks rows, answers about two of them each, here and below.</param>
/// <param name="HoldoutRows">Labelled rows held out by id hash.</param>
/// <param name="HoldoutAccuracy">Share of held-out rows predicted right, dropout off.</param>
/// <param name="HoldoutLoss">Mean cross-entropy of the held-out rows in nats, dropout off.</param>
/// <param name="Recipe">Network, optimiser and schedule, setting by setting.</param>
public sealed record ModelTraining(
    long Rows,
    long HoldoutRows,
    ulong Seed,
    int Epochs,
    int BestEpoch,
    double HoldoutAccuracy,
    double HoldoutLoss,
    IReadOnlyDictionary<string, string> Recipe)
{
    /// <summary>Rows learnt from of which is known that they are of one of several classes, which are not among <see cref="Rows"/>; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? PartialRows { get; init; }

    /// <summary>What was learnt from rows without labels, which are not among <see cref="Rows"/>; null where nothing was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelUnlabelled? Unlabelled { get; init; }

    /// <summary>Which rows the model has not learnt from in any way; null where nobody knows, as in packages of earlier programs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelHoldout? Holdout { get; init; }
}

/// <summary>The rows that a model has not learnt from, labelled or not: those whose place, a number in [0, 1) made of the id, is less than a share.</summary>
/// <param name="Share">Of all rows.</param>
/// <param name="Learnt">Ids that it has learnt from all the same: a class had no other row.</param>
public sealed record ModelHoldout(double Share, IReadOnlyList<string> Learnt);

/// <summary>Rows without labels that a model has learnt from.</summary>
/// <param name="Rows">That it could choose from.</param>
public sealed record ModelUnlabelled(long Rows)
{
    /// <summary>Rows among them for which a teacher's guess stood in for a label; null where the network guessed anew in every step.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? PseudoLabels { get; init; }

    /// <summary>Classes that no label names; null where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelHidden? Hidden { get; init; }
}

/// <summary>Classes that a model was given beside those of the labels: groups of rows that nobody has named.</summary>
/// <param name="Classes">Their names, which stand last among the model's.</param>
public sealed record ModelHidden(IReadOnlyList<string> Classes)
{
    /// <summary>How well rows of hidden classes are told apart by this and other methods; null where no labels were given to measure by.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ModelHiddenScore>? Measured { get; init; }
}

/// <summary>How well one method does.</summary>
/// <param name="Method"><c>gm-dgm</c>, <c>m2</c> or <c>clusters</c>.</param>
/// <param name="Rows">Rows of hidden classes that were measured.</param>
/// <param name="Accuracy">Share of them that are right, each hidden class being one of the model's at most, by the assignment under which most are.</param>
/// <param name="KnownAccuracy">Share of rows of the other classes that are right; null where none were measured.</param>
public sealed record ModelHiddenScore(string Method, long Rows, double Accuracy, double? KnownAccuracy);

/// <summary>Temperatures by which probabilities become calibrated: softmax of their logarithms over it. They are no part of <c>model.onnx</c>.</summary>
/// <param name="Rows">Held-out rows that they were fitted to.</param>
/// <param name="RowsChoseEpoch">Whether the same rows chose the weights: then the errors, before and after, may be too low.</param>
/// <param name="Why">Why there is none; null where there are.</param>
public sealed record ModelCalibration(int Rows, bool RowsChoseEpoch, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Why = null)
{
    /// <summary>Of the single prediction, dropout off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelTemperature? Single { get; init; }

    /// <summary>Of the mean probabilities of a committee.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelTemperature? Committee { get; init; }
}

/// <summary>A temperature and what it does, on rows that it was not fitted to.</summary>
/// <param name="Members">Of the committee whose mean it is for; 0 for the single prediction.</param>
/// <param name="ErrorBefore">Expected calibration error, 15 bins of equal width.</param>
/// <param name="ErrorAfter">The same, of each half of the rows by the temperature of the other half.</param>
/// <param name="LossBefore">Mean cross-entropy, in nats.</param>
/// <param name="LossAfter">The same, as <paramref name="ErrorAfter"/>.</param>
public sealed record ModelTemperature(double Temperature, int Members, double ErrorBefore, double ErrorAfter, double LossBefore, double LossAfter);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    Converters = [typeof(EnumNames<ChannelOrder>), typeof(EnumNames<PictureFit>), typeof(EnumNames<ResampleFilter>)],
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(ModelManifest))]
internal sealed partial class ContractJson : JsonSerializerContext;
