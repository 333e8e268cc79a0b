using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Deliveries;

/// <summary>An address that is told by POST of a run that succeeded: its summary, its files with their hashes, and the list itself where it is short.</summary>
/// <remarks>
/// <c>X-ParquetPool-Delivery</c> is the job and the run: who has seen it already answers 2xx and does nothing. <c>X-ParquetPool-Signature</c>
/// is <c>sha256=</c> and the HMAC-SHA256, in hex, of <c>X-ParquetPool-Timestamp</c>, a full stop and the body, under the secret.
/// </remarks>
/// <param name="Address">HTTPS, or this machine.</param>
/// <param name="SecretFile">Its first line is the secret.</param>
internal sealed record WebhookTarget(Uri Address, string SecretFile) : DeliveryTarget(NameOf(Address))
{
    private const int MostText = 1 << 20;
    private const int MarkLength = 8;

    /// <summary>Scheme and host, and of what may be a secret behind them a hash, which tells two addresses of one host apart.</summary>
    public static string NameOf(Uri address) =>
        $"{address.Scheme}://{address.Authority}/" + (address.PathAndQuery == "/" ? "" : $"… ({Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri)))[..MarkLength]})");

    /// <inheritdoc/>
    public override bool IsCalled(string name) => name == Name || name == $"{Address.Scheme}://{Address.Authority}{Address.AbsolutePath}"; // As earlier versions did.

    public override async Task DeliverAsync(JobRun run, HttpClient http, DateTimeOffset now, CancellationToken stopping)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Content(run), JsonSerializerOptions.Web);
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-ParquetPool-Delivery", $"{run.Job}/{run.Id}");
        request.Headers.Add("X-ParquetPool-Timestamp", time);
        request.Headers.Add("X-ParquetPool-Signature", "sha256=" + Signature(Secret.Read(SecretFile), time, body));
        // The answer's body is of no use, however long: it is not read.
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping);
        if (!answer.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{Name} answered {(int)answer.StatusCode}, expected 200 to 299");
        }
    }

    internal static string Signature(string secret, string time, byte[] body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(time + ".").Concat(body).ToArray()));

    private static DeliveryNote Content(JobRun run)
    {
        var list = RunFiles.Of(run).FirstOrDefault(file => file.Extension == ".csv" && file.Length <= MostText);
        return DeliveryNote.Of(run) with { List = list is null ? null : new ListText(list.Name, File.ReadAllText(list.FullName)) };
    }
}
