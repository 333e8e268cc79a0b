namespace ParquetPool.Statistics;

/// <summary>Pairs rows with columns, each with one at most, so that the sum of their costs is least: Kuhn 1955 (the Hungarian method), by shortest augmenting paths in O(rows² · columns).</summary>
public static class Assignment
{
    /// <summary>[row]: its column, or -1 where there are more rows than columns and it has none. Of equal sums always the same one.</summary>
    /// <param name="costs">[row, column]; finite.</param>
    public static int[] Least(double[,] costs)
    {
        var (rows, columns) = (costs.GetLength(0), costs.GetLength(1));
        if (rows > columns)
        {
            var turned = new double[columns, rows];
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    turned[column, row] = costs[row, column];
                }
            }
            var of = new int[rows];
            Array.Fill(of, -1);
            foreach (var (column, row) in Least(turned).Index())
            {
                of[row] = column;
            }
            return of;
        }
        // Row and column 0 stand for none: a path ends at a column without a row.
        var (ofRow, ofColumn, rowOf) = (new double[rows + 1], new double[columns + 1], new int[columns + 1]);
        for (var row = 1; row <= rows; row++)
        {
            Extend(costs, row, ofRow, ofColumn, rowOf);
        }
        var assigned = new int[rows];
        for (var column = 1; column <= columns; column++)
        {
            if (rowOf[column] > 0)
            {
                assigned[rowOf[column] - 1] = column - 1;
            }
        }
        return assigned;
    }

    /// <summary>Gives one more row a column, by the cheapest path along which others change theirs.</summary>
    /// <param name="ofRow">Potentials, by which no cost is below 0 and that of a pair is 0.</param>
    private static void Extend(double[,] costs, int row, double[] ofRow, double[] ofColumn, int[] rowOf)
    {
        var (least, before, done) = (new double[ofColumn.Length], new int[ofColumn.Length], new bool[ofColumn.Length]);
        Array.Fill(least, double.PositiveInfinity);
        rowOf[0] = row;
        var at = 0;
        while (rowOf[at] != 0)
        {
            done[at] = true;
            var (step, next) = (double.PositiveInfinity, 0);
            for (var column = 1; column < least.Length; column++)
            {
                if (done[column])
                {
                    continue;
                }
                var reduced = costs[rowOf[at] - 1, column - 1] - ofRow[rowOf[at]] - ofColumn[column];
                (least[column], before[column]) = reduced < least[column] ? (reduced, at) : (least[column], before[column]);
                (step, next) = least[column] < step ? (least[column], column) : (step, next);
            }
            for (var column = 0; column < least.Length; column++)
            {
                if (done[column])
                {
                    ofRow[rowOf[column]] += step;
                    ofColumn[column] -= step;
                }
                else
                {
                    least[column] -= step;
                }
            }
            at = next;
        }
        for (; at != 0; at = before[at])
        {
            rowOf[at] = rowOf[before[at]];
        }
    }
}
