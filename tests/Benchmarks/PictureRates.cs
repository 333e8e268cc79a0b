using System.Diagnostics;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;

namespace ParquetPool.Benchmarks;

/// <summary>How fast photographs are decoded, resized and encoded.</summary>
internal static class PictureRates
{
    private const int Side = 224;

    /// <summary>Decodes every photograph and brings it to 224 x 224, on one thread; once before it counts. Prints seconds for each kind of file, at its full size and as an import does it, JPEGs at a part of theirs.</summary>
    public static void Decode(string photos)
    {
        var files = Directory.GetFiles(photos).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).GroupBy(file => PictureFileKind.Of(file.AsSpan(0, Math.Min(file.Length, PictureFileKind.HeadBytes))).Name);
        foreach (var kind in files.Where(kind => kind.Key is "JPEG" or "PNG"))
        {
            foreach (var least in kind.Key == "JPEG" ? new[] { 0, 2 * Side } : [0])
            {
                var (count, wall, processor) = (0, 0.0, 0.0);
                for (var turn = 0; turn < 2; turn++)
                {
                    var (watch, before) = (Stopwatch.StartNew(), Processor());
                    count = kind.Count(file => Use(file, least));
                    (wall, processor) = (watch.Elapsed.TotalSeconds, Processor() - before);
                }
                Console.WriteLine($"{kind.Key} {least} {count} {wall:F3} {processor:F3}");
            }
        }
    }

    /// <summary>The vectors of the photographs, already in the model's size, as an import makes them and as a loop over ONNX Runtime does, one picture and sixteen at a time; in turns.</summary>
    public static void Encode(string photos, int turns)
    {
        using var encoder = PictureEncoder.Open(PictureEncoder.BuiltIn);
        var files = PictureEncoderFiles.Read(PictureEncoder.BuiltIn);
        var spec = files.Spec;
        Picture[] pictures = [.. Directory.GetFiles(photos).Order(StringComparer.Ordinal).AsParallel().AsOrdered().Select(file => Fitted(File.ReadAllBytes(file), spec)).OfType<Picture>()];
        foreach (var value in files.Model.Graph.Output.Concat(ModelFile.FeatureInputs(files.Model)))
        {
            value.Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = "batch" };
        }
        files.Model.Graph.ValueInfo.Clear();
        var (input, _, dims) = files.Input();
        var pixels = new PictureInput(spec, files.MeanPicture, channelsLast: false);
        using var plain = new ModelSession(files.Model, new SessionSettings(Threads: Environment.ProcessorCount));
        void Loop(int batch)
        {
            var buffer = TensorBuffer.Floats([batch, .. dims[1..]]);
            for (var first = 0; first + batch <= pictures.Length; first += batch)
            {
                for (var place = 0; place < batch; place++)
                {
                    pixels.Fill(pictures[first + place], buffer.Span.Slice(place * pixels.Length, pixels.Length));
                }
                plain.Run(new Dictionary<string, TensorBuffer> { [input] = buffer });
            }
            buffer.Dispose();
        }
        var sides = new (string Name, Action Run)[]
        {
            ("encoder", () => Parallel.For(0, pictures.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, () => new float[encoder.Width], (i, _, vector) => { encoder.Encode(pictures[i], vector); return vector; }, _ => { })),
            ("loop of one", () => Loop(1)),
            ("loop of 16", () => Loop(16)),
        };
        for (var turn = 0; turn <= turns; turn++)
        {
            foreach (var (name, run) in sides)
            {
                var (watch, before) = (Stopwatch.StartNew(), Processor());
                run();
                Console.WriteLine(turn == 0 ? "" : $"{name}: {pictures.Length} pictures, {watch.Elapsed.TotalSeconds:F2} s, {Processor() - before:F2} s of processors");
            }
        }
    }

    private static bool Use(byte[] file, int least)
    {
        try
        {
            FittedPicture.Of(PictureDecoder.Decode(file, least).Picture, Side, Side, PictureFit.Cover, ResampleFilter.Bilinear);
            return true;
        }
        catch (UnusablePictureException)
        {
            return false;
        }
    }

    private static Picture? Fitted(byte[] file, PictureSpec spec)
    {
        try
        {
            return spec.Pixels.Fitted(PictureDecoder.Decode(file, spec.Pixels.LeastSide).Picture);
        }
        catch (UnusablePictureException)
        {
            return null;
        }
    }

    /// <summary>Seconds of all processors.</summary>
    private static double Processor() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
}
