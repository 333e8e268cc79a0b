using System.IO.Hashing;
using System.Runtime.InteropServices;
using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Collections;

/// <summary>Pictures as shards, derived once: they lie in the cache's folder under the hash of all that decides them, and appear there whole.</summary>
/// <remarks>What was made of a picture is kept by the picture's bytes besides, so that a folder that gains one makes that one alone. Memory: as for an import.</remarks>
internal sealed class PicturePool
{
    private const string Rejects = "rejects.csv";
    private const int ShardRows = 10_000;
    private readonly PictureCollection collection;
    private readonly PictureOptions options;
    private readonly EncodedColumn? encoded;
    private readonly string folder;
    private readonly CancellationToken stopping;

    /// <param name="encoder">As <c>--encoder</c> names it; null for none.</param>
    /// <param name="folder">Of the cache.</param>
    /// <exception cref="UsageException">This build has no such encoder.</exception>
    /// <exception cref="DataException">There are no pictures.</exception>
    public PicturePool(PictureOptions options, string? encoder, string folder, CancellationToken stopping)
    {
        (this.options, this.folder, this.stopping) = (options, folder, stopping);
        encoded = encoder is null ? null : new(encoder, PictureEncoder.Sha256Of(encoder));
        collection = new(options.Paths, options.Column, label: null);
    }

    /// <inheritdoc cref="PictureCollection.LabelNote"/>
    public string? LabelNote => collection.LabelNote;

    /// <summary>The shards, where they were made of these pictures before.</summary>
    /// <param name="key">Becomes what decides the shards.</param>
    /// <param name="advance">Told the pictures that were looked at.</param>
    public DerivedPool? Find(PictureKey key, TimeProvider clock, Action<long> advance)
    {
        foreach (var batch in PictureBatch.Of(collection.Read(), options.Weight))
        {
            foreach (var (found, looked) in batch.Pictures.Zip(batch.Map((picture, _) => PictureKey.Look(picture) is var (hash, _, fault) ? (hash, fault) : default, stopping)))
            {
                key.Add(found.Picture, found.Split, looked.hash, looked.fault);
            }
            advance(batch.Pictures.Count);
        }
        var place = PlaceOf(key);
        return CacheLease.Take(place, clock) ? Found(place, isNew: false) : null;
    }

    /// <summary>Makes the shards.</summary>
    /// <param name="key">As <see cref="Find"/> left it.</param>
    /// <param name="advance">Told the pictures that were read.</param>
    /// <exception cref="DataException">No picture can be used, or one changed while it was read.</exception>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    public DerivedPool Make(PictureKey key, TimeProvider clock, long limit, Action<long> advance)
    {
        var place = PlaceOf(key);
        Make(place, key, advance);
        CacheLease.Take(place, clock);
        CacheRoom.Make(folder, limit);
        return Found(place, isNew: true);
    }

    /// <summary>What decides the shards, as far as it is known before the pictures are looked at.</summary>
    public PictureKey NewKey() => new(options, encoded, collection.Classes);

    private string PlaceOf(PictureKey key) => Path.Combine(folder, CacheRoom.Pools, key.Value());

    private static DerivedPool Found(string place, bool isNew)
    {
        var rejects = Path.Combine(place, Rejects);
        return new([.. Directory.EnumerateFiles(place, "*.parquet").Order(StringComparer.Ordinal)], File.Exists(rejects) ? File.ReadLines(rejects).Count() - 1 : 0, rejects, isNew);
    }

    private void Make(string place, PictureKey expected, Action<long> advance)
    {
        using var key = NewKey();
        using var encoder = encoded is null ? null : PictureEncoder.Open(encoded.Encoder);
        var cache = new PictureCache(Path.Combine(folder, CacheRoom.Entries, key.Settings), options);
        using var stage = TemporaryFolder.Create(place);
        using var shards = new SplitShards(stage.Path, PreparedPicture.Columns(options, encoder?.Width ?? 0), PreparedPicture.Facts(options, collection.Classes, encoded).In(new Provenance("pictures")), ShardRows);
        List<UnusedFile> rejects = [.. collection.Unused];
        var ids = new HashSet<UInt128>();
        foreach (var batch in PictureBatch.Of(collection.Read(), options.Weight))
        {
            foreach (var (hash, row) in batch.Map((picture, split) => Row(picture, split, cache, encoder), stopping))
            {
                key.Add(row.Source, row.Split, hash, hash == 0 && row.Fault is { } unread ? new(unread.Fault, unread.Reason) : null);
                if (row.Fault is { } fault)
                {
                    rejects.Add(fault);
                }
                else if (!ids.Add(XxHash128.HashToUInt128(MemoryMarshal.AsBytes(row.Source.Id.AsSpan()))))
                {
                    rejects.Add(new(row.Source.Path, PictureFault.SameId, $"another row has the id {row.Source.Id}: rename one"));
                }
                else
                {
                    shards.Write(row, row.Split ?? collection.Name);
                }
            }
            advance(batch.Pictures.Count);
        }
        if (ids.Count == 0)
        {
            throw UnusedFile.AllOf(options.Paths, rejects);
        }
        if (key.Value() != expected.Value())
        {
            throw new DataException($"{string.Join(", ", options.Paths)}: pictures were changed while they were read: start again when nobody writes there");
        }
        shards.Complete();
        if (rejects.Count > 0)
        {
            File.WriteAllLines(Path.Combine(stage.Path, Rejects), rejects.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => string.Join(',', new[] { file.Path, UnusablePictureException.NameOf(file.Fault), file.Reason }.Select(CellText.Field))).Prepend("path,cause,reason"));
        }
        try
        {
            stage.MoveTo(place);
        }
        catch (IOException) when (Directory.Exists(place))
        {
            // Another run made the same.
        }
    }

    private (UInt128 Hash, PreparedPicture Row) Row(FoundPicture picture, string? split, PictureCache cache, PictureEncoder? encoder)
    {
        var (hash, bytes, unread) = PictureKey.Look(picture);
        if (unread is not null)
        {
            return (0, PreparedPicture.Unused(picture, split, unread));
        }
        if (cache.Find(hash, picture, split) is { } made)
        {
            return (hash, made);
        }
        try
        {
            var row = PreparedPicture.Of(picture, split, bytes, options, encoder);
            cache.Keep(hash, row);
            return (hash, row);
        }
        catch (UnusablePictureException unusable)
        {
            return (hash, PreparedPicture.Unused(picture, split, unusable));
        }
    }
}

/// <summary>Shards that were derived.</summary>
/// <param name="Rejected">Pictures that could not be used.</param>
/// <param name="Rejects">The file that names them, with their causes; not there where there are none.</param>
/// <param name="IsNew">Whether they were made now.</param>
internal sealed record DerivedPool(IReadOnlyList<string> Shards, int Rejected, string Rejects, bool IsNew);
