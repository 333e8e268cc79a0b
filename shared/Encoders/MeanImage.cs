using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using ParquetPool.Errors;

namespace ParquetPool.Encoders;

/// <summary>The picture that an encoder takes off every other: a NumPy file of float32 in C order.</summary>
internal static class MeanImage
{
    private const int Front = 10; // Magic number, version and the header's length.
    private const int MostBytes = 1 << 27;

    /// <summary>[channel, y, x]</summary>
    /// <exception cref="DataException">The file is missing, of another kind or of another size.</exception>
    public static float[] Read(string path, int planes, int side)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > MostBytes)
        {
            throw new DataException($"{path}: no such mean image{(File.Exists(path) ? " has so many bytes" : "")}: lay it beside the model, a NumPy file of {planes} x {side} x {side} float32");
        }
        var file = File.ReadAllBytes(path);
        var isNumPy = file.Length > Front && file[0] == 0x93 && file.AsSpan(1, 5).SequenceEqual("NUMPY"u8) && file[6] == 1;
        var header = isNumPy ? BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(Front - 2)) : 0;
        var said = header > 0 && Front + header <= file.Length ? Encoding.Latin1.GetString(file, Front, header) : "";
        var numbers = planes * side * side;
        var dims = said.Split("'shape': (")[^1].Split(')')[0].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(dim => dim != "1");
        // [y, x, channel] are as many numbers, and others.
        return dims.SequenceEqual(new[] { planes, side, side }.Where(dim => dim != 1).Select(dim => $"{dim}"))
            && said.Contains("'<f4'", StringComparison.Ordinal) && said.Contains("'fortran_order': False", StringComparison.Ordinal) && file.Length - Front - header == numbers * sizeof(float)
            ? MemoryMarshal.Cast<byte, float>(file.AsSpan(Front + header)).ToArray()
            : throw new DataException($"{path}: {(said.Length > 0 ? $"a NumPy file {said.Trim()}" : "no NumPy file")}, expected {planes} x {side} x {side} float32 in C order: save it so");
    }
}
