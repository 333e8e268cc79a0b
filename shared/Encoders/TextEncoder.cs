using System.Numerics.Tensors;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Sessions;
using ParquetPool.Tokenizers;

namespace ParquetPool.Encoders;

/// <summary>Texts to vectors by a model of sentences.</summary>
/// <remarks>
/// Texts of about the same length run together, so that little is padded; how they are cut depends on the texts alone, and each tile runs on one
/// thread: the same texts give the same bytes. One call at a time.
/// </remarks>
public sealed class TextEncoder : IDisposable
{
    private const int TileTexts = 32;
    internal const string Tokens = "input_ids";
    private const string Attention = "attention_mask";
    private const string Segments = "token_type_ids";

    private readonly EncoderSpec spec;
    private readonly ITokenizer tokenizer;
    private readonly int tileTexts;
    private readonly ModelSession session;
    private readonly IReadOnlyList<string> inputs;
    private readonly string output;

    private TextEncoder(EncoderFiles files)
    {
        (Name, Sha256, spec) = (files.Name, files.Sha256, files.Spec);
        inputs = [.. ModelFile.FeatureInputs(files.Model).Select(input => input.Name)];
        if (!inputs.Contains(Tokens) || inputs.Any(input => input is not (Tokens or Attention or Segments)))
        {
            throw new DataException($"{Name}: has the inputs {string.Join(", ", inputs)}, expected {Tokens} and maybe {Attention} and {Segments}: export it as an encoder of texts");
        }
        var model = DropoutSwitch.Off(files.Model);
        output = EncoderOutput.Keep(model, spec.Output, Name);
        // Where numbers are brought to steps by the largest of a run, a text's vector would depend on those beside it.
        tileTexts = Bodies.AllNodes(model).Any(node => node.OpType.StartsWith("DynamicQuantize", StringComparison.Ordinal)) ? 1 : TileTexts;
        tokenizer = files.Tokenizer.Open(spec.MaxTokens);
        try
        {
            session = new ModelSession(model);
            Width = Probe();
        }
        catch
        {
            session?.Dispose();
            tokenizer.Dispose();
            throw;
        }
    }

    /// <summary>As the command line names it.</summary>
    public string Name { get; }

    /// <summary>Of all that decides a vector: the model with its weights, what is said of it, and what cuts texts into its tokens.</summary>
    public string Sha256 { get; }

    /// <summary>Numbers of a vector.</summary>
    public int Width { get; }

    /// <summary>Opens <c>minilm</c>, or an ONNX file that has an <see cref="EncoderSpec"/> beside it.</summary>
    /// <exception cref="UsageException">There is no encoder of the name in this build.</exception>
    /// <exception cref="DataException">A file is missing, or the model is no encoder of texts.</exception>
    public static TextEncoder Open(string name) => new(EncoderFiles.Read(name));

    /// <summary>Whether a name is that of an encoder that a build may hold, rather than of a file.</summary>
    public static bool IsBuiltIn(string name) => name == BuiltInEncoders.MiniLm;

    /// <summary>Writes the texts' vectors; that of a text without tokens is all zeros.</summary>
    /// <param name="vectors">[text * <see cref="Width"/> + element].</param>
    /// <exception cref="DataException">The model fails.</exception>
    public void Encode(IReadOnlyList<string> texts, float[] vectors)
    {
        long[][] tokens = [.. texts.Select(text => tokenizer.Of(spec.Prefix + text))];
        // Where the model is not told which tokens are padding, there must be none.
        int[][] tiles = [.. Enumerable.Range(0, texts.Count).Where(i => tokens[i].Length > 0).GroupBy(i => inputs.Contains(Attention) ? 0 : tokens[i].Length).SelectMany(group => group.OrderBy(i => tokens[i].Length).Chunk(tileTexts))];
        vectors.AsSpan(0, texts.Count * Width).Clear();
        try
        {
            Parallel.For(0, tiles.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, tile => Encode(tiles[tile], tokens, vectors));
        }
        catch (AggregateException failed) when (failed.InnerException is DataException fault)
        {
            throw new DataException($"{Name}: {fault.Message}{(fault.InnerException is null ? "" : $"; the texts' tokens go up to {tokens.Max(of => of.Length == 0 ? 0 : of.Max())}: where the model has fewer, {spec.Tokenizer} is another model's")}", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        session.Dispose();
        tokenizer.Dispose();
    }

    private int Probe()
    {
        var (_, dims) = Run([tokenizer.Of("a") is { Length: > 0 } tokens ? tokens : [0]]);
        var expected = spec.Pooling == Pooling.None ? "[texts, numbers]" : "[texts, tokens, numbers]";
        return dims.Length == (spec.Pooling == Pooling.None ? 2 : 3) && dims[0] == 1 && dims[^1] > 0
            ? (int)dims[^1]
            : throw new DataException($"{Name}: output {output} of one text has shape [{string.Join(", ", dims)}], expected {expected} with pooling {spec.Pooling.ToString().ToLowerInvariant()}: mend {EncoderSpec.FileName}");
    }

    private void Encode(int[] tile, long[][] tokens, float[] vectors)
    {
        var (values, dims) = Run([.. tile.Select(text => tokens[text])]);
        var perText = values.Length / tile.Length;
        if (dims[^1] != Width || perText != (spec.Pooling == Pooling.None ? Width : dims[1] * Width) || dims[0] != tile.Length)
        {
            throw new DataException($"output {output} of {tile.Length} texts has shape [{string.Join(", ", dims)}]: export it for any number of texts");
        }
        foreach (var (place, text) in tile.Index())
        {
            var vector = vectors.AsSpan(text * Width, Width);
            Pool(values.AsSpan(place * perText, perText), tokens[text].Length, vector);
            if (spec.Normalise && TensorPrimitives.Norm<float>(vector) is var length and > 0)
            {
                TensorPrimitives.Divide(vector, length, vector);
            }
        }
    }

    private void Pool(ReadOnlySpan<float> values, int tokens, Span<float> vector)
    {
        values[..Width].CopyTo(vector);
        if (spec.Pooling == Pooling.Mean)
        {
            for (var token = 1; token < tokens; token++)
            {
                TensorPrimitives.Add(vector, values.Slice(token * Width, Width), vector);
            }
            TensorPrimitives.Divide(vector, tokens, vector);
        }
    }

    private (float[] Values, long[] Dims) Run(long[][] texts)
    {
        var longest = texts.Max(text => text.Length);
        var (tokens, attention) = (new long[texts.Length * longest], new long[texts.Length * longest]);
        foreach (var (place, text) in texts.Index())
        {
            text.CopyTo(tokens, place * longest);
            attention.AsSpan(place * longest, text.Length).Fill(1);
        }
        var buffers = inputs.ToDictionary(input => input, input => TensorBuffer.Int64s(input switch { Tokens => tokens, Attention => attention, _ => new long[tokens.Length] }, texts.Length, longest));
        try
        {
            return session.Run(buffers).Values.FirstOrDefault() is { Values: { } values, Dims: { } dims } ? (values, dims) : throw new DataException($"output {output} is no tensor of numbers");
        }
        finally
        {
            foreach (var buffer in buffers.Values)
            {
                buffer.Dispose();
            }
        }
    }
}
