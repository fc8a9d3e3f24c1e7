namespace CtrRuntime.Kernels;

/// <summary>The model kinds, registered once. Adding a kind is adding a descriptor here and a learner in the trainer.</summary>
internal static class ModelKinds
{
    /// <summary>All kinds, in the order of their numbers.</summary>
    public static IReadOnlyList<ModelKind> All { get; } = [new LrKind(), new Poly2Kind(), new MfKind(), new FmKind(), new FfmKind()];

    /// <summary>The kind of a file's number, or null.</summary>
    public static ModelKind? Find(uint id) => All.FirstOrDefault(kind => kind.Id == id);

    /// <summary>The kind of a command-line name, or null.</summary>
    public static ModelKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
