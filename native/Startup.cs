using System.Diagnostics.CodeAnalysis;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace CtrRuntime.Native;

/// <summary>What is done when the library is loaded, before any of its functions runs.</summary>
internal static class Startup
{
    /// <summary>Makes every collection run in the thread that causes it; the project file says why concurrent collection is on all the same.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The library is the whole program here: nobody references it from managed code.")]
    internal static void CollectInTheForeground() => GCSettings.LatencyMode = GCLatencyMode.Batch;
}
