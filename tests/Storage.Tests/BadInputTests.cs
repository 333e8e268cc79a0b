namespace ParquetPool.Storage.Tests;

/// <summary>What cannot be had is one line, the right exit code, and never a secret.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Secret = "c2VjcmV0LWtleS1vZi1hLXRlc3Q=";
    private readonly ObjectStores stores;
    private readonly TestFolder folder = new();

    public BadInputTests(ObjectStores stores)
    {
        this.stores = stores;
        TestPool.Write(folder);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("s3://nowhere/pool", 3, "s3://nowhere: no such bucket: check its name")]
    [InlineData("az://nowhere/pool", 3, "az://nowhere: no such container: check its name")]
    [InlineData("s3://pool/no/prefix", 3, "s3://pool/no/prefix: no such object, and no *.parquet or *.parq or *.pq below")]
    [InlineData("az://pool/no/prefix", 3, "az://pool/no/prefix: no such object, and no *.parquet or *.parq or *.pq below")]
    [InlineData("s3://", 2, "s3:// names no bucket, expected s3://bucket/path")]
    public async Task APoolThatIsNotThereIsBadInput(string pool, int code, string told) =>
        (await Score(stores.Environment(), pool).Fails(code)).Should().Contain(told);

    [Theory]
    [InlineData("s3://pool/no/model", "s3://pool/no/model holds neither manifest.json nor a published round")]
    [InlineData("az://pool/no/model.onnx", "no model at az://pool/no/model.onnx")]
    public async Task AModelThatIsNotThereIsBadInput(string model, string told)
    {
        var line = await new Programs(stores.Environment(), folder.File("cache")).Fails(3, "scorer", "score", "--model", model, "--pool", folder.File("pool"), "--out", folder.File("out"));

        line.Should().Contain(told);
    }

    [Theory]
    [InlineData("s3://pool/pool")]
    [InlineData("az://pool/pool")]
    public async Task AServerThatIsNotThereIsAFailure(string pool) =>
        (await Score(stores.Environment(s3Port: 1, azurePort: 1), pool).Fails(1)).Should().Contain($"{pool}: the server cannot be reached (ConnectionRefused)");

    [Theory]
    [InlineData("s3://pool/pool", "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")]
    [InlineData("az://pool/pool", "AZURE_STORAGE_CONNECTION_STRING")]
    public async Task WrongCredentialsAreAFailureThatNamesNoSecret(string pool, string check)
    {
        var environment = new Dictionary<string, string>(stores.Environment())
        {
            ["AWS_ACCESS_KEY_ID"] = "SOMEBODY",
            ["AWS_SECRET_ACCESS_KEY"] = Secret,
            ["AZURE_STORAGE_CONNECTION_STRING"] = ObjectStores.Connection(stores.AzurePort, Secret),
        };

        (await Score(environment, pool).Fails(1)).Should().Contain("the server refuses the credentials").And.Contain(check).And.NotContain(Secret);
    }

    [Theory]
    [InlineData("", "no account is known: set AZURE_STORAGE_CONNECTION_STRING")]
    [InlineData("AccountKey=c2VjcmV0LWtleS1vZi1hLXRlc3Q=;nonsense", "is not of the form that Azure gives out")]
    public async Task AConnectionStringThatIsNoneIsRefusedAndNamesNoSecret(string connection, string told)
    {
        var environment = new Dictionary<string, string>(stores.Environment()) { ["AZURE_STORAGE_CONNECTION_STRING"] = connection };

        (await Score(environment, "az://pool/pool").Fails(2)).Should().Contain(told).And.NotContain(Secret);
    }

    [Theory]
    [InlineData("--pool")]
    [InlineData("--out")]
    public async Task AStoreThatNothingSaysWhereItIsIsToldBeforeAnythingIsDone(string option)
    {
        var environment = new Dictionary<string, string>(stores.Environment()) { ["AWS_ENDPOINT_URL"] = "", ["AWS_REGION"] = "", ["AWS_CONFIG_FILE"] = folder.File("none"), ["AWS_EC2_METADATA_DISABLED"] = "true" };

        var line = await new Programs(environment, folder.File("cache")).Fails(2, "scorer", ["score", "--model", "no/model", .. option == "--pool" ? ["--out", folder.File("out")] : new[] { "--pool", "no/pool" }, option, "s3://pool/there"]);

        line.Should().Contain("neither a region nor an endpoint is known: set AWS_REGION, or AWS_ENDPOINT_URL");
    }

    [Fact]
    public async Task AnOptionThatTakesPathsOnlySaysSo()
    {
        var line = await new Programs(stores.Environment(), folder.File("cache")).Fails(2, "scorer", "pack", "--pool", folder.File("pool"), "--out", "s3://pool/packed");

        line.Should().Contain("--out s3://pool/packed is an address in an object store, expected a path");
    }

    private Scoring Score(IReadOnlyDictionary<string, string> environment, string pool) => new(new Programs(environment, folder.File("cache")), folder, pool);

    private sealed record Scoring(Programs Programs, TestFolder Folder, string Pool)
    {
        public Task<string> Fails(int code) => Programs.Fails(code, "scorer", "score", "--model", Folder.File("model.onnx"), "--pool", Pool, "--out", Folder.File("out"));
    }
}
