#!/usr/bin/env -S dotnet run
#:property GenerateDocumentationFile=false
// Lists what a published folder holds as CycloneDX 1.6 JSON: dotnet run deploy/sbom.cs -- FOLDER VERSION > FOLDER/sbom.cdx.json
// From *.deps.json, which the build wrote of the very packages that it took: names, versions, SHA-512.
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

if (args is not [var folder, var version])
{
    Console.Error.WriteLine("expected a published folder and the version: dotnet run deploy/sbom.cs -- FOLDER VERSION");
    return 2;
}
var packages = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
foreach (var file in Directory.EnumerateFiles(folder, "*.deps.json").Order(StringComparer.Ordinal))
{
    foreach (var (key, library) in JsonNode.Parse(File.ReadAllText(file))!["libraries"]!.AsObject())
    {
        if ((string?)library!["type"] == "package")
        {
            packages[key] = library.DeepClone();
        }
    }
}
JsonObject Component(string key, JsonNode library)
{
    var (name, number) = (key.Split('/')[0], key.Split('/')[1]);
    var purl = $"pkg:nuget/{name}@{number}";
    var component = new JsonObject { ["type"] = "library", ["bom-ref"] = purl, ["name"] = name, ["version"] = number, ["purl"] = purl };
    if ((string?)library["sha512"] is { } hash && hash.StartsWith("sha512-", StringComparison.Ordinal))
    {
        component["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(hash["sha512-".Length..])) });
    }
    return component;
}
JsonObject Program(string file) => new()
{
    ["type"] = "file",
    ["name"] = Path.GetFileName(file),
    ["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-256", ["content"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))) }),
};
var own = new[] { "trainer.dll", "scorer.dll", "ParquetPool.Shared.dll" }.Select(name => Path.Combine(folder, name)).Where(File.Exists);
var bom = new JsonObject
{
    ["bomFormat"] = "CycloneDX",
    ["specVersion"] = "1.6",
    ["version"] = 1,
    ["metadata"] = new JsonObject { ["component"] = new JsonObject { ["type"] = "application", ["bom-ref"] = "parquetpool", ["name"] = "parquetpool", ["version"] = version } },
    ["components"] = new JsonArray([.. own.Select(Program), .. packages.Select(p => Component(p.Key, p.Value))]),
    ["dependencies"] = new JsonArray(new JsonObject { ["ref"] = "parquetpool", ["dependsOn"] = new JsonArray([.. packages.Keys.Select(k => (JsonNode)$"pkg:nuget/{k.Split('/')[0]}@{k.Split('/')[1]}")]) }),
};
Console.WriteLine(bom.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
return 0;
