using Npgsql;
using ParquetPool.Errors;
using ParquetPool.Scorer.Cluster;

namespace ParquetPool.Scorer.Tests.Cluster;

public sealed class ClusterAddressTests : IDisposable
{
    private const string Secret = "s3cret";
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AFileHoldsTheSameAsTheString()
    {
        var text = $"Host=db;Port=6432;Database=scorer;Username=me;Password={Secret}";
        File.WriteAllText(folder.File("cluster.conn"), text + "\n");

        ClusterAddress.Parse(folder.File("cluster.conn")).ConnectionString.Should().Be(ClusterAddress.Parse(text).ConnectionString).And.Contain(Secret);
    }

    [Fact]
    public void WhatIsShownHasNoPassword()
    {
        var address = ClusterAddress.Parse($"Host=db;Port=6432;Database=scorer;Username=me;Password={Secret}");

        address.ToString().Should().Be("db:6432/scorer");
        address.Failure(new NpgsqlException("no")).Message.Should().StartWith("no answer from PostgreSQL at db:6432/scorer").And.NotContain(Secret);
    }

    [Theory]
    [InlineData("Host=db;Port=none;Password=s3cret")]
    [InlineData("Host=db;Passwort=s3cret")]
    [InlineData("postgresql://me:s3cret@db/scorer")]
    [InlineData("Password=s3cret")]
    [InlineData("no/such/file")]
    public void WhatIsNoAddressIsRefusedWithoutQuotingIt(string text) =>
        FluentActions.Invoking(() => ClusterAddress.Parse(text)).Should().Throw<UsageException>().Which.Message.Should().Contain("Host=").And.NotContain(Secret);

    [Fact]
    public void APasswordShowsOnACommandLineButNotInAFile()
    {
        File.WriteAllText(folder.File("cluster.conn"), $"Host=db;Password={Secret}");

        ClusterAddress.ShowsPassword($"Host=db;Password={Secret}").Should().BeTrue();
        ClusterAddress.ShowsPassword("Host=db;Username=me").Should().BeFalse();
        ClusterAddress.ShowsPassword(folder.File("cluster.conn")).Should().BeFalse();
    }
}
