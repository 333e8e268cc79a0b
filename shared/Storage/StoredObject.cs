namespace ParquetPool.Storage;

/// <summary>One version of an object.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="ETag">Another one for every version, without quotes.</param>
public sealed record StoredObject(ObjectStore Store, StorageAddress Address, long Bytes, string ETag);
