namespace ParquetPool.Decoding;

/// <summary>Why a file is no picture that can be used.</summary>
public enum PictureFault
{
    /// <summary>The file system does not give it.</summary>
    Unreadable,

    /// <summary>It has no bytes.</summary>
    Empty,

    /// <summary>Its bytes are something else.</summary>
    NotAPicture,

    /// <summary>A picture of a format that is not decoded.</summary>
    Unsupported,

    /// <summary>It ends before its picture does.</summary>
    Truncated,

    /// <summary>Its bytes contradict each other.</summary>
    Damaged,

    /// <summary>More pixels or bytes than are read.</summary>
    TooLarge,

    /// <summary>Another row has the same id.</summary>
    SameId,

    /// <summary>A link that is not followed, such as one that leads back, or a name that leads out of an archive.</summary>
    Link,
}

/// <summary>A file is no picture that can be used.</summary>
/// <param name="fault">Which cause it is.</param>
/// <param name="reason">What was found and what was expected, for people.</param>
public sealed class UnusablePictureException(PictureFault fault, string reason) : Exception(reason)
{
    public PictureFault Fault => fault;

    /// <summary>The cause in the words of files: <c>not-a-picture</c>.</summary>
    public string Cause => NameOf(fault);

    public static string NameOf(PictureFault fault) => fault switch
    {
        PictureFault.NotAPicture => "not-a-picture",
        PictureFault.TooLarge => "too-large",
        PictureFault.SameId => "same-id",
        _ => fault.ToString().ToLowerInvariant(),
    };
}
