using System.Buffers.Binary;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Showing;

/// <summary>How alike the shown rows are, and where each lies on a map of all.</summary>
/// <param name="By">What the cosines are of, in words.</param>
/// <param name="Cosines">Of rows 0 and 1, 0 and 2, … 1 and 2, …: 16-bit integers, low byte first, as base64; 32,767 is 1.</param>
/// <param name="Places">[row]: across and up.</param>
/// <param name="Share">Of the rows' variance that the map shows, in [0, 1].</param>
internal sealed record Likeness(string By, string Cosines, IReadOnlyList<double[]> Places, double Share)
{
    private const int PlaceDigits = 4;

    public static Likeness Of(Points points, string by)
    {
        var (places, share) = PrincipalMap.Of(points);
        return new Likeness(by, Convert.ToBase64String(Packed(points)), [.. places.Select(place => new[] { Math.Round(place.X, PlaceDigits), Math.Round(place.Y, PlaceDigits) })], Math.Round(share, PlaceDigits));
    }

    private static byte[] Packed(Points points)
    {
        var bytes = new byte[points.Count * (points.Count - 1)];
        var at = 0;
        for (var row = 0; row < points.Count; row++)
        {
            for (var other = row + 1; other < points.Count; other++, at += sizeof(short))
            {
                var cosine = points.Similarity(row, points, other);
                BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(at), (short)Math.Round(short.MaxValue * (double.IsFinite(cosine) ? cosine : 0)));
            }
        }
        return bytes;
    }
}
