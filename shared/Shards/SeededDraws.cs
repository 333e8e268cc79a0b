using ParquetPool.Engine;

namespace ParquetPool.Shards;

/// <summary>A column of numbers in [0, 1) that depend on a seed and the row's id alone: the first 53 bits of SHA-256(seed in eight bytes, the lowest first; id).</summary>
/// <param name="Column">Its name.</param>
public sealed record SeededDraws(string Column, ulong Seed)
{
    internal string Expression(string idColumn)
    {
        var seed = string.Concat(BitConverter.GetBytes(Seed).Select(b => $@"\x{b:X2}"));
        var hash = $"sha256('{seed}'::BLOB || encode(CAST({Sql.Name(idColumn)} AS VARCHAR)))";
        return $"(('0x' || substr({hash}, 1, 16))::UBIGINT >> 11) * (1::DOUBLE / (1::UBIGINT << 53))";
    }
}
