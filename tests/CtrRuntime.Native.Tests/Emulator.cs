using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>The arm64 build on this machine, where build.sh could make one: a cross compiler for C, and an emulator for processes.</summary>
internal static class Emulator
{
    /// <summary>The C compiler for arm64.</summary>
    public const string Compiler = "aarch64-linux-gnu-gcc";

    private const string Program = "qemu-aarch64";

    /// <summary>The folder with include, lib and bin.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "artifacts/native/linux-arm64");

    /// <summary>What is missing, or null.</summary>
    public static string? Missing { get; } =
        !File.Exists(Path.Combine(Folder, "lib/libctr.so.1")) ? $"there is no build for arm64 in {Folder}"
        : Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, Program))) ? null
        : $"there is no {Program}";

    /// <summary>What a program for arm64 printed; it must end with 0.</summary>
    public static string Run(string program, params string[] arguments) => Tool.Run(Program, ["-L", "/usr/aarch64-linux-gnu", program, .. arguments]);
}
