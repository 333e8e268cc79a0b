using ParquetPool.Errors;
using ParquetPool.Trainer.Arrays;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Import;

/// <summary>The reader of each kind of source.</summary>
internal static class RowSources
{
    /// <summary>Opens a source, other than one of pictures.</summary>
    /// <param name="split">What the rows' split is said to be; null for what the source says.</param>
    /// <exception cref="DataException">It is missing or not what it must be.</exception>
    public static IRowSource Open(this SourceOptions source, string? split) => source switch
    {
        { Idx: { } images } => new IdxSource(images, source.IdxLabels),
        { Npy: { } array } => new NpySource(array),
        { Npz: { } arrays } => NpzFile.Open(arrays, source.Vectors),
        { Safetensors: { } tensors } => SafetensorsFile.Open(tensors, source.Vectors),
        { Arrow: { } arrow } => new ArrowSource(arrow, source.Vectors, source.LabelColumn),
        { HasTexts: true } => new TextsSource(source, split),
        _ => new CsvSource(source),
    };
}
