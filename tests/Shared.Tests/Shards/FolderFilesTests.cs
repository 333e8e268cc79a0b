using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Shared.Tests.Tables;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class FolderFilesTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Links_that_lead_in_circles_are_gone_through_once()
    {
        File.WriteAllText(folder.File("pool/a/one.parquet"), "");
        File.WriteAllText(folder.File("pool/b/two.parquet"), "");
        Directory.CreateSymbolicLink(folder.File("pool/a/up"), folder.File("pool"));
        Directory.CreateSymbolicLink(folder.File("pool/b/self"), ".");
        Directory.CreateSymbolicLink(folder.File("pool/0-first"), "a");
        Directory.CreateSymbolicLink(folder.File("pool/gone"), folder.File("nowhere")[..^1]);

        Names(folder.File("pool")).Should().Equal("a/one.parquet", "b/two.parquet");
        Names(folder.File("pool/**/*.parquet")).Should().Equal("a/one.parquet", "b/two.parquet");
    }

    [Fact]
    public void Of_a_tables_folder_other_readers_too_leave_out_what_its_log_removed()
    {
        var table = new TableFolder(folder).File("old.parquet", "a").File("new.parquet", "b").Commit(0, TableFolder.Protocol, TableFolder.Metadata, TableFolder.Add("old.parquet")).Commit(1, TableFolder.Remove("old.parquet"), TableFolder.Add("new.parquet")).Text("notes.csv", "text");
        string[] files = [.. new[] { "old.parquet", "notes.csv", "new.parquet" }.Select(name => Path.Combine(table.Root, name))];

        LiveFiles.Of(files, isNamed: false).Should().Equal(files[1..]);
        FluentActions.Invoking(() => LiveFiles.Of(files, isNamed: true)).Should().Throw<DataException>().WithMessage("*old.parquet: the log of the table*does not name this file*");
    }

    [Fact]
    public void Links_to_folders_elsewhere_are_followed()
    {
        File.WriteAllText(folder.File("elsewhere/deep/one.parquet"), "");
        Directory.CreateSymbolicLink(folder.File("pool/link"), folder.File("elsewhere"));

        Names(folder.File("pool")).Should().Equal("link/deep/one.parquet");
    }

    [Fact]
    public void A_folder_that_may_not_be_read_is_no_smaller_pool()
    {
        File.WriteAllText(folder.File("pool/closed/one.parquet"), "");
        File.WriteAllText(folder.File("pool/two.parquet"), "");
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        File.SetUnixFileMode(folder.File("pool/closed"), UnixFileMode.None);
        var act = () => Names(folder.File("pool")).ToList();
        try
        {
            if (Environment.IsPrivilegedProcess) // Who reads it all the same.
            {
                act().Should().Equal("closed/one.parquet", "two.parquet");
            }
            else
            {
                act.Should().Throw<DataException>().WithMessage("*closed: a folder that may not be read: give the right to read it");
            }
        }
        finally
        {
            File.SetUnixFileMode(folder.File("pool/closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Theory]
    [InlineData("nowhere.parquet")]
    [InlineData("gone.parquet")]
    public void A_link_to_no_file_is_told(string target)
    {
        File.CreateSymbolicLink(folder.File("pool/gone.parquet"), target);

        var act = () => ShardSet.Resolve([folder.File("pool")]).Vector("features");

        act.Should().Throw<DataException>().WithMessage($"*gone.parquet is a link to {target}, where no file is*");
    }

    private IEnumerable<string> Names(string pattern) => ShardSet.Files(pattern).Select(path => Path.GetRelativePath(folder.File("pool"), path)).Order(StringComparer.Ordinal);
}
