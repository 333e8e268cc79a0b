using System.Text;

namespace ParquetPool.Fuzz;

/// <summary>Changes lines and the cells of lines.</summary>
internal static class LineMutator
{
    public static byte[] Change(byte[] bytes, Random draw)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n').ToList();
        var at = draw.Next(3) == 0 ? 0 : draw.Next(lines.Count);
        switch (draw.Next(9))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(at, lines[draw.Next(lines.Count)]);
                break;
            case 2:
                lines[at] += "\r";
                break;
            case 3:
                lines = [.. lines.SelectMany(line => Enumerable.Repeat(line, draw.Next(4)))];
                break;
            default:
                var separator = draw.Next(4) == 0 ? ' ' : ',';
                var cells = lines[at].Split(separator);
                var cell = draw.Next(cells.Length);
                cells = draw.Next(5) switch
                {
                    0 => [.. cells[..cell], .. cells[(cell + 1)..]],
                    1 => [.. cells, cells[cell]],
                    _ => [.. cells[..cell], Extremes.Text(draw), .. cells[(cell + 1)..]],
                };
                lines[at] = string.Join(separator, cells);
                break;
        }
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }
}
