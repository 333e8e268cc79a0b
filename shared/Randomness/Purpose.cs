namespace ParquetPool.Randomness;

/// <summary>What random words are drawn for: all purposes there are, each drawn in one room.</summary>
/// <remarks>
/// A purpose is the last word of Philox's counter, so no two share a block, whatever their seeds: what one draws tells nothing of what
/// another does. A number stands for good, as the bytes of outputs depend on it. Copies take one number each, from their purpose on.
/// </remarks>
public enum Purpose : uint
{
    /// <summary>Which units a committee's member drops.</summary>
    MemberMasks = 0,

    /// <summary>In how many members a unit is dropped whose share is no whole number.</summary>
    MaskShares = 1,

    /// <summary>Labels of a batch that BatchBALD samples.</summary>
    OutcomeLabels = 2,

    /// <summary>The next row of BADGE.</summary>
    BadgeRows = 3,

    /// <summary>The first centres of the clusters that rows are selected from.</summary>
    ClusterCentres = 4,

    /// <summary>The noise on scores by which <c>power</c> draws rows.</summary>
    PowerNoise = 5,

    /// <summary>The rows of a query that are drawn whatever their score.</summary>
    ExploredRows = 6,

    /// <summary>The spare rows that stand in for removed ones.</summary>
    SpareRows = 7,

    /// <summary>Resamples of test rows, for the interval of an accuracy.</summary>
    AccuracyResamples = 8,

    /// <summary>The rows whose altered copies an audit seeks.</summary>
    CopiedRows = 9,

    /// <summary>Resamples of groups of rows, for the interval of an audit's precision.</summary>
    PrecisionResamples = 10,

    /// <summary>Resamples of people's judgements.</summary>
    JudgementResamples = 11,

    /// <summary>The rows that an index's cells are found by.</summary>
    CellSample = 12,

    /// <summary>The first centres of an index's cells.</summary>
    CellCentres = 13,

    /// <summary>The directions from which the leading ones are sought.</summary>
    LeadingDirections = 14,

    /// <summary>Made-up rows that a model is tried on.</summary>
    ProbeRows = 15,

    /// <summary>The rows of a made pool.</summary>
    MadePool = 16,

    /// <summary>The demo's labelled rows.</summary>
    DemoLabels = 17,

    /// <summary>The rows of an import whose labels are handed out.</summary>
    ImportedLabels = 18,

    /// <summary>Resamples of a rehearsal's seeds.</summary>
    SeedResamples = 19,

    /// <summary>Orders that a rank correlation is compared with.</summary>
    RankOrders = 20,

    /// <summary>The order of rows that scores are compared with in how much they teach.</summary>
    BaselineRows = 21,

    /// <summary>The directions from which those of a map of rows are sought.</summary>
    MapDirections = 22,

    /// <summary>The order in which labelled rows are learnt from beside others.</summary>
    JointOrder = 23,

    /// <summary>The order in which rows without labels are.</summary>
    UnlabelledOrder = 24,

    /// <summary>The rows that rows are mixed with.</summary>
    MixPartners = 25,

    /// <summary>How much of each is mixed.</summary>
    MixShares = 26,

    /// <summary>Which rows without labels are kept in memory.</summary>
    UnlabelledSample = 27,

    /// <summary>The rows that a query is to teach about.</summary>
    TargetRows = 28,

    /// <summary>The directions from which those of texts are sought.</summary>
    LatentDirections = 29,

    /// <summary>Labels of chance that a network learns by heart.</summary>
    RandomLabels = 42,

    /// <summary>How much of each of two rows is in what an autoencoder decodes.</summary>
    MixtureShares = 43,

    /// <summary>Which units are dropped where a trained network's committee is calibrated.</summary>
    CalibrationMasks = 48,

    /// <summary>Votes that teach what an annotator says whom nobody knows.</summary>
    UnknownAnnotators = 49,

    /// <summary>The graph of a randomly wired layer.</summary>
    Wiring = 52,

    /// <summary>Which weights a control keeps.</summary>
    DrawnMasks = 53,

    /// <summary>The order in which rows of a related task are learnt from beside others.</summary>
    RelatedOrder = 64,

    /// <summary>The order in which classes or pairs teach an embedding.</summary>
    RelationOrder = 65,

    /// <summary>The order in which the rows of a class do.</summary>
    RelationRows = 66,

    /// <summary>The order in which the rows of a task are learnt from beside those of a related one.</summary>
    TaskOrder = 67,

    /// <summary>The rows among which pairs are sought that people are asked about.</summary>
    ComparedRows = 80,

    /// <summary>Which of a pair's rows stands left.</summary>
    PairSides = 81,

    /// <summary>Pairs that are drawn whatever the rows' scores.</summary>
    DrawnPairs = 82,

    /// <summary>The noise on variances by which pairs are drawn.</summary>
    PairNoise = 83,

    /// <summary>A row of noise that a probed network is shown.</summary>
    ProbeNoise = 84,

    /// <summary>The directions in which rows differ most, to begin with.</summary>
    DensityDirections = 90,

    /// <summary>The rows by which a density is measured.</summary>
    DensityRows = 91,

    /// <summary>Where the draws of an epoch begin.</summary>
    EpochDraws = 92,

    /// <summary>Training rows by which their density is measured.</summary>
    TrainingDensity = 93,

    /// <summary>How long the parts of rows are that a language model learns from.</summary>
    WindowLengths = 110,

    /// <summary>Where in a row such a part begins.</summary>
    WindowPlaces = 111,

    /// <summary>Rows that are clustered before a generative model learns from all.</summary>
    StartRows = 120,

    /// <summary>The order in which rows are learnt from whose classes clusters say.</summary>
    StartOrder = 121,

    /// <summary>What a generative model draws around the mean of a code.</summary>
    LatentNoise = 122,

    /// <summary>Which part of an embedding learns next.</summary>
    LearnerTurns = 123,

    /// <summary>Which tokens an encoder is to tell in a step, and what stands for them.</summary>
    MaskedTokens = 135,

    /// <summary>The same, for rows that it is measured by.</summary>
    MeasuredTokens = 136,

    /// <summary>Copies of rows that a classifier learns from.</summary>
    AlteredRows = 0x414C5452,

    /// <summary>Copies of rows that an embedding learns from.</summary>
    LearntCopies = 0x434F5059,

    /// <summary>The order of rows in an epoch.</summary>
    RowOrder = 0x53485546,

    /// <summary>Copies of rows that an audit seeks.</summary>
    SoughtCopies = 0x54524941,

    /// <summary>A network's first weights.</summary>
    FirstWeights = 0x57454947,

    /// <summary>Which units a training step drops.</summary>
    TrainingMasks = 0x6D61736B,
}
