namespace ParquetPool.Collections;

/// <summary>Pictures of one place: a file, an archive or a table.</summary>
internal interface IPictureSource
{
    /// <summary>The file that it is.</summary>
    string Path { get; }

    /// <summary>The ids of its pictures, without reading any; of a table its own alone, whose name tells the split of all rows.</summary>
    /// <exception cref="ParquetPool.Errors.DataException">The place itself cannot be read.</exception>
    IEnumerable<string> Names();

    /// <summary>The pictures, in an order that is always the same.</summary>
    /// <exception cref="ParquetPool.Errors.DataException">The place itself cannot be read.</exception>
    IEnumerable<FoundPicture> Read();
}
