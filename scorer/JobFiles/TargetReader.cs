using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Scorer.Deliveries;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.JobFiles;

/// <summary>Reads to where a job delivers.</summary>
/// <param name="folder">In which relative paths start.</param>
internal sealed class TargetReader(string folder, List<Mistake> mistakes)
{
    public IReadOnlyList<DeliveryTarget> Read(PlacedJson list)
    {
        if (list.Kind != JsonValueKind.Array)
        {
            mistakes.Add(list.Wrong($"'deliver' is {JsonMembers.Kind(list)}, expected a list"));
        }
        return [.. list.Items.Select(Target).OfType<DeliveryTarget>()];
    }

    private DeliveryTarget? Target(PlacedJson json) => json.Members.Any(m => m.Name.Text == "folder") ? Folder(json) : Webhook(json);

    private DeliveryTarget? Folder(PlacedJson json)
    {
        var inbox = new JsonMembers(json, "a folder to deliver to", ["folder"], mistakes);
        if (inbox.Text(inbox["folder"], "folder") is not { } path)
        {
            return null;
        }
        if (!StorageAddress.IsRemote(path) && path.Split('/')[0].EndsWith(':') && !Path.IsPathFullyQualified(path))
        {
            mistakes.Add(inbox["folder"]!.Wrong($"'{path}' is neither a folder nor an address that is known, expected s3://bucket/path or az://container/path"));
            return null;
        }
        try
        {
            return StorageAddress.IsRemote(path) ? new PrefixTarget(StorageAddress.Parse(path)) : new FolderTarget(Path.GetFullPath(path, folder));
        }
        catch (UsageException e)
        {
            mistakes.Add(inbox["folder"]!.Wrong(e.Message));
            return null;
        }
    }

    private WebhookTarget? Webhook(PlacedJson json)
    {
        var hook = new JsonMembers(json, "a target of 'deliver'", ["folder", "webhook", "secretFile"], mistakes);
        var (address, secret) = (hook.Text(hook.Required("webhook"), "webhook"), hook.Text(hook.Required("secretFile"), "secretFile"));
        if (address is not null && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)))
        {
            mistakes.Add(hook["webhook"]!.Wrong($"{(Uri.TryCreate(address, UriKind.Absolute, out var shown) && shown.Host.Length > 0 ? WebhookTarget.NameOf(shown) : "what stands here")} is no address to deliver to, expected https:// and a host"));
            return null;
        }
        if (secret is not null && !File.Exists(Path.GetFullPath(secret, folder)))
        {
            mistakes.Add(hook["secretFile"]!.Wrong($"'{secret}' is not there: write a long secret to it, which the receiver knows too"));
        }
        return address is null || secret is null ? null : new WebhookTarget(new Uri(address), Path.GetFullPath(secret, folder));
    }
}
