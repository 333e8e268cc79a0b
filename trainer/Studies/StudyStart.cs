using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Trainer.Pretraining;

namespace ParquetPool.Trainer.Studies;

/// <summary>What weights the trainings of a study start with.</summary>
/// <param name="Name">As asked for.</param>
/// <param name="Method">Of <c>trainer pretrain</c>, which learns from the pool without labels once a seed; null for none.</param>
/// <param name="Related">A model of the same layers that is there already; null for none.</param>
internal sealed record StudyStart(string Name, string? Method, ModelPackage? Related)
{
    /// <summary>What every start is compared with.</summary>
    public const string Scratch = "scratch";

    public const string RelatedPrefix = "related:";

    private static readonly string[] Methods = [.. PretrainRequest.Methods.Where(m => m is not (PretrainRequest.Lsa or PretrainRequest.MaskedLanguage))];

    /// <summary>What decides it besides the study's options.</summary>
    /// <param name="steps">That a start learns from the pool without labels.</param>
    public string Identity(int steps) => Related is { } package ? RelatedPrefix + package.Sha256 : Method is null ? Name : FormattableString.Invariant($"{Name} {steps}");

    /// <summary>A name for charts and files.</summary>
    public string ShortName => Related is null ? Name : RelatedPrefix + Path.GetFileName(StorageAddress.Trim(Name));

    /// <summary>Reads <c>scratch</c>, a method, or <c>related:MODEL</c>.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    /// <exception cref="DataException">The model cannot be read.</exception>
    public static StudyStart Parse(string text) =>
        text == Scratch ? new StudyStart(text, null, null)
        : Methods.Contains(text) ? new StudyStart(text, text, null)
        : text.StartsWith(RelatedPrefix, StringComparison.Ordinal) && text.Length > RelatedPrefix.Length ? new StudyStart(text, null, ModelPackage.Open(text[RelatedPrefix.Length..]))
        : throw new UsageException($"--starts {text}: '{text}' is no start, expected {Scratch}, {string.Join(", ", Methods)} or {RelatedPrefix}MODEL");
}
