using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ParquetPool.Sessions;

/// <summary>Where a model runs: the processor or an NVIDIA card.</summary>
/// <param name="Card">The number of the CUDA device; null for the processor.</param>
public readonly record struct Device(int? Card)
{
    private const string CudaName = "cuda";

    public static readonly Device Cpu;

    public bool IsCpu => Card is null;

    /// <summary>The option of the commands that run models.</summary>
    public static Option<Device> Option() => new("--device")
    {
        Description = "Where the model runs: cpu, cuda (the first NVIDIA card) or cuda:N (card N, from 0).",
        HelpName = "cpu|cuda[:N]",
        DefaultValueFactory = _ => Cpu,
        CustomParser = Parse,
    };

    /// <summary>As the option takes it.</summary>
    public override string ToString() => Card switch
    {
        null => "cpu",
        0 => CudaName,
        { } card => string.Create(CultureInfo.InvariantCulture, $"{CudaName}:{card}"),
    };

    private static Device Parse(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (text == "cpu")
        {
            return Cpu;
        }
        if (text == CudaName)
        {
            return new Device(0);
        }
        if (text.StartsWith(CudaName + ":", StringComparison.Ordinal) && byte.TryParse(text.AsSpan(CudaName.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var card))
        {
            return new Device(card);
        }
        argument.AddError($"--device is '{text}', expected cpu, cuda or cuda:N with the card's number");
        return Cpu;
    }
}
