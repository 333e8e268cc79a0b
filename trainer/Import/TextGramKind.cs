namespace ParquetPool.Trainer.Import;

/// <summary>What a text is cut into.</summary>
public enum TextGramKind
{
    /// <summary>Words and pairs of neighbouring words; in scripts that put no spaces between words, characters.</summary>
    Words,

    /// <summary>Characters everywhere, symbols too: typos stay near, and "C++" is not "C#".</summary>
    Characters,
}
