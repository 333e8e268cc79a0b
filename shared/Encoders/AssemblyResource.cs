using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ParquetPool.Errors;

namespace ParquetPool.Encoders;

/// <summary>A file that lies in an assembly as a resource, read without loading the assembly: none of its code runs.</summary>
internal static class AssemblyResource
{
    /// <exception cref="DataException">The assembly has no such resource, or is none.</exception>
    public static byte[] Read(string path, string name)
    {
        try
        {
            using var image = new PEReader(File.OpenRead(path));
            var metadata = image.GetMetadataReader();
            foreach (var resource in metadata.ManifestResources.Select(metadata.GetManifestResource))
            {
                if (resource.Implementation.IsNil && metadata.StringComparer.Equals(resource.Name, name))
                {
                    var all = image.GetSectionData(image.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress);
                    var reader = all.GetReader((int)resource.Offset, all.Length - (int)resource.Offset);
                    return reader.ReadBytes(reader.ReadInt32());
                }
            }
        }
        catch (Exception e) when (e is BadImageFormatException or ArgumentOutOfRangeException)
        {
            throw new DataException($"{path}: not a whole assembly ({e.Message}): build again", e);
        }
        throw new DataException($"{path}: has no {name}: build again");
    }
}
