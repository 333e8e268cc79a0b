using System.Globalization;
using ParquetPool.Contract;
using ParquetPool.Encoders;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Models;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>What an audit is asked to compare, opened.</summary>
internal static class EmbedderChoice
{
    /// <summary>The embedder, the one of rows whose neighbours are sought, which may be another, and the model if there is one.</summary>
    /// <exception cref="UsageException">The options contradict each other, leave the column open, or a weight is not above 0.</exception>
    /// <exception cref="DataException">A column is missing or the model cannot be used.</exception>
    public static (Embedder Embedder, Embedder Queries, ModelPackage? Model) Open(AuditOptions options, IReadOnlyList<ShardSet> sets, CancellationToken stopping)
    {
        if (PictureComparison.Open(options, sets, stopping) is { } pictures)
        {
            return (pictures, pictures, null);
        }
        var shards = sets[0];
        var columns = options.Vectors.Columns.Select(text => Weighted.Parse("--column", text, shards.HasColumn)).ToList();
        if (columns.GroupBy(c => c.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new UsageException($"--column {twice.Key} is given {twice.Count()} times, expected each column once: give it a larger weight, --column {twice.Key}:2");
        }
        Weighted? model = options.Vectors.Model is { } path ? Weighted.Parse("--model", path, p => File.Exists(p) || Directory.Exists(p)) : null;
        var package = model is { } named ? ModelPackage.Open(named.Name) : null;
        if (columns.Count == 0 && package is null && options.Vectors.Pixels is null)
        {
            columns.Add(new Weighted(ColumnEmbedder.OnlyColumn(shards), 1));
        }
        var vectors = columns.Select(c => (Column: shards.Vector(c.Name), c.Weight)).ToList();
        var inputs = package is null ? [] : InputsOf(package, shards);
        var compared = vectors.Select(v => v.Column).Concat(inputs.SelectMany(i => i.Columns)).ToList();
        var picture = options.Vectors.Pixels is null && options.Vectors.Views is null ? null : Picture(options, package, compared, shards);
        var views = options.Vectors.Views is { } text ? View.Parse(text, picture!.Format, halfway: options.Vectors.BestView) : [];
        var parts = vectors.Select(v => (Embedder.OfColumn(v.Column), v.Weight)).ToList();
        if (options.Vectors.Pixels is { } weight)
        {
            parts.Add((new PixelEmbedder(picture!.Column, picture.Format), Weighted.Check("--pixels", weight.ToString(CultureInfo.InvariantCulture), weight)));
        }
        if (package is not null)
        {
            parts.Add((Embedder.OfModel(package, inputs), model!.Value.Weight));
        }
        parts = options.Vectors.BestView ? parts : [.. parts.Select(part => (Viewed(part.Item1, picture, views), part.Weight))];
        var embedder = parts is [var (only, _)] ? only : new JoinedEmbedder(parts);
        return (embedder, options.Vectors.BestView ? new EachViewEmbedder(embedder, picture!.Column, picture.Format, views) : embedder, package);
    }

    private static IReadOnlyList<FeatureInput> InputsOf(ModelPackage package, ShardSet shards)
    {
        try
        {
            return FeatureInput.Bind(package, shards, []);
        }
        catch (DataException) when (package.Manifest is null && PictureClassifier.PixelsOf(package.Path) is not null)
        {
            throw new DataException($"{package.Path} takes pictures, as a file beside it says, and the pool has no column of its input: give it as --encoder {package.Path}, without --model");
        }
    }

    private static Embedder Viewed(Embedder embedder, Pictures? pictures, IReadOnlyList<View> views) =>
        views.Count > 0 && embedder.Columns.Contains(pictures!.Column) ? new ViewEmbedder(embedder, pictures.Column, pictures.Format, views) : embedder;

    private static Pictures Picture(AuditOptions options, ModelPackage? package, List<VectorColumn> compared, ShardSet shards)
    {
        var found = PictureColumn.Find(options.Page.Image, package, [.. compared.Select(c => c.Name).Distinct()], shards)
            ?? throw new UsageException($"{(options.Vectors.Views is null ? "--pixels" : "--views")} is given and no --image, expected how a row's numbers are a picture, such as --image 28x28");
        var column = shards.Vector(found.Name);
        return options.Vectors.Pixels is not null || compared.Contains(column)
            ? new Pictures(column, PictureFormat.Parse(found.Format)!)
            : throw new UsageException($"--views {options.Vectors.Views} are of column {found.Name}, expected the pictures to be compared: name it with --column, a model that reads it with --model, or give --pixels 1");
    }

    private sealed record Pictures(VectorColumn Column, PictureFormat Format);
}
