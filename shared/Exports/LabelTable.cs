using ParquetPool.Errors;

namespace ParquetPool.Exports;

/// <summary>A table <c>id,label[,annotator,seconds]</c> as CSV or Parquet.</summary>
/// <remarks>
/// Spreadsheets are taken as they are: byte order mark, semicolons or tabs, quoted cells, further columns, headers in any case. Rows without a
/// label are not labelled yet. <c>row_id</c> comes before <c>id</c>, for labelling tools call their own numbers <c>id</c>; a column that is called as the
/// control comes before <c>label</c>; <c>lead_time</c> counts as <c>seconds</c>. <c>updated_at</c>, <c>created_at</c> or <c>time</c> say when a label was
/// given, <c>ground_truth</c> that it decides, <c>withdrawn</c> that it is taken back. A table without labels may have <c>question</c> (<c>row_question</c>), a class or
/// super-class, and <c>answer</c>, yes or no.
/// </remarks>
internal static class LabelTable
{
    /// <exception cref="DataException">A column is missing, or a label has no id.</exception>
    public static void Read(SheetBuilder sheet)
    {
        var columns = new LabelColumns(sheet);
        sheet.AnnotatorsAreSure = columns.AnnotatorsAreSure;
        foreach (var row in columns.Rows())
        {
            if (row.IsHeader())
            {
                sheet.Note("lines are the header once more, as where files lie one behind the other, and are left out", row.Place);
                continue;
            }
            columns.Counter.See(row.Of);
            var stated = row.Stated();
            if (!stated.IsSetAside(sheet, row.Place))
            {
                Take(row, stated, columns, sheet);
            }
        }
        columns.Counter.Require();
        columns.Others.Note();
    }

    private static void Take(LabelColumns.LabelRow row, StatedLabel stated, LabelColumns columns, SheetBuilder sheet)
    {
        var choice = stated.TakesBack ? new LabelChoice.None() : LabelChoice.OfCell(row.Label);
        if (choice is LabelChoice.One one)
        {
            foreach (var column in columns.SayOpen)
            {
                LabelFields.NoteOpen(sheet, row.Place, column, row.Of(column));
            }
            columns.Others.See(one.Name, row.Of, row.Place);
            if (row.LacksQuestion)
            {
                throw new DataException($"{sheet.Path}: {row.Place}: answer without a question, expected a class or super-class in column {columns.Question}: fill it in or delete the row");
            }
        }
        stated.AddTo(sheet, choice, row.Place);
    }
}
