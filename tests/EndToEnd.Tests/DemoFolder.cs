namespace ParquetPool.EndToEnd.Tests;

/// <summary>A folder in which the demo ran, once for all tests of a class.</summary>
public sealed class DemoFolder : IAsyncLifetime
{
    private readonly TestFolder folder = new();

    public string Root => folder.Root;

    internal Tool.Result Result { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Result = await Tool.In(folder.Root, "trainer", "demo").Succeeds();

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
