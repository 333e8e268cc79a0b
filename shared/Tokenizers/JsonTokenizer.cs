using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Sessions;
using Tokenizers.DotNet;

namespace ParquetPool.Tokenizers;

/// <summary>Texts cut as a <c>tokenizer.json</c> says, by Hugging Face's own library.</summary>
internal sealed class JsonTokenizer : ITokenizer
{
    private readonly string path;
    private readonly Tokenizer tokenizer;

    /// <param name="maxTokens">Of a text.</param>
    /// <exception cref="DataException">The library does not take the file, its own tokens leave a text no room, or there is no library for this system.</exception>
    public JsonTokenizer(TokenizerJson file, int maxTokens)
    {
        path = file.Path;
        try
        {
            // The library takes a path alone, and one with half a surrogate pair ends the process.
            using var copy = new MemoryFile();
            using (var stream = new FileStream(copy.Path, FileMode.OpenOrCreate))
            {
                file.Write(stream, maxTokens);
            }
            tokenizer = new Tokenizer(copy.Path);
        }
        catch (TokenizerException e)
        {
            throw TokenizerJson.Bad(path, Plain(e), e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw TokenizerJson.Bad(path, e.Message, e);
        }
        catch (DllNotFoundException e)
        {
            throw new DataException($"{path}: a tokenizer that is not BERT's, which builds for Linux x64 alone can read: make the vectors there, or choose a model with word pieces as BERT's", e);
        }
        var own = Of("").Length;
        if (own >= maxTokens)
        {
            tokenizer.Dispose();
            throw new DataException($"{path}: every text has {own} tokens of the model's own, {TokenizerFile.SettingsFile} allows {maxTokens} with them: raise maxTokens");
        }
    }

    public long[] Of(string text)
    {
        try
        {
            return Array.ConvertAll(tokenizer.Encode(ITokenizer.Whole(text)), token => (long)token);
        }
        catch (TokenizerException e)
        {
            throw new DataException($"{path}: '{text}' cannot be cut into tokens ({Plain(e)}): a tokenizer with a token for what is unknown can", e);
        }
    }

    public void Dispose() => tokenizer.Dispose();

    /// <summary>Why, without what the library says before it.</summary>
    private static string Plain(TokenizerException fault) => fault.Message.Split(": ", 2)[^1];
}
