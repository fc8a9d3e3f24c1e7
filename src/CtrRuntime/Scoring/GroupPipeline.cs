using System.Runtime.CompilerServices;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Scoring;

/// <summary>
/// The groups of a batch on their way: four at a time, each a step behind the one that follows it, so that what a step reads has been asked for by the step
/// before. The memory for them is the caller's.
/// </summary>
internal unsafe struct GroupPipeline
{
    private const int Groups = 4, Alignment = 64;

    private readonly Step* _steps;
    private ulong _now;

    /// <summary>A pipeline for up to <paramref name="rows"/> rows.</summary>
    /// <param name="memory">As much as the plan says.</param>
    /// <param name="rows">Rows of the batch, and so the most groups that have any: others need no memory.</param>
    /// <param name="plan">By <see cref="RowScorer.PlanFor"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GroupPipeline(byte* memory, ulong rows, in MemoryPlan plan)
    {
        int features = plan.Features;
        nuint kernelMemory = plan.KernelBytes;
        memory = (byte*)Aligned((nuint)memory);
        _steps = (Step*)memory;
        byte* kernel = memory + Aligned((nuint)(Groups * sizeof(Step)));
        memory = kernel + (2 * kernelMemory);
        int groups = (int)Math.Min(rows, Groups);
        for (int g = 0; g < groups; g++)
        {
            Step* step = _steps + g;
            step->Search.Found = (ulong*)memory;
            step->Group.Slots = (byte**)memory;
            memory += Aligned((nuint)(features + RowGroup.Padding) * sizeof(ulong));
            step->Search.Places = (uint*)memory;
            step->Group.Weights = (float*)memory;
            memory += Aligned((nuint)(features + RowGroup.Padding) * sizeof(uint));
            step->Search.Left = (ulong*)memory;
            step->Group.Unknown = (ulong*)memory;
            memory += Aligned((nuint)((features / SlotSearch.Word) + 1) * sizeof(ulong));

            // A kernel arranges one group while it still has the one before.
            step->Group.Memory = kernel + (g % 2 == 0 ? 0 : kernelMemory);
        }

        Scratch = memory;
    }

    /// <summary>Bytes of memory, whatever the features.</summary>
    public static nuint FixedSize => Alignment + Aligned((nuint)(Groups * sizeof(Step))) + (nuint)(Groups * ((RowGroup.Padding * Element) + (4 * Alignment)));

    /// <summary>Bytes of memory for each feature.</summary>
    public static nuint FeatureSize => (nuint)((Groups * Element) + 1);

    /// <summary>The kernel's scratch memory.</summary>
    public readonly byte* Scratch { get; }

    /// <summary>The group that is summed.</summary>
    public readonly Step* Now => At(0);

    /// <summary>The group that follows it, whose slots are known.</summary>
    public readonly Step* Next => At(1);

    /// <summary>The group after that, whose index lines have been looked at.</summary>
    public readonly Step* Second => At(2);

    /// <summary>The last group, whose index lines have been asked for.</summary>
    public readonly Step* Third => At(3);

    private static int Element => sizeof(ulong) + sizeof(uint);

    /// <summary>Everything goes on by a step.</summary>
    public void Advance() => _now++;

    private static nuint Aligned(nuint bytes) => (bytes + Alignment - 1) & ~(nuint)(Alignment - 1);

    private readonly Step* At(ulong ahead) => _steps + ((_now + ahead) % Groups);

    /// <summary>A group, the search for its slots, and its place in the batch.</summary>
    public struct Step
    {
        /// <summary>The first row.</summary>
        public ulong First;

        /// <summary>The search, in memory that becomes the group's.</summary>
        public SlotSearch Search;

        /// <summary>The group.</summary>
        public RowGroup Group;

        /// <summary>The row after the last.</summary>
        public readonly ulong End => First + (ulong)Group.Rows;

        /// <summary>Takes the row <paramref name="first"/> of a batch, and those behind it, up to <paramref name="most"/> rows, as long as they have few features together.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(in RowBatch rows, ulong first, int most)
        {
            First = first;
            ulong count = Math.Min(rows.Rows - first, (ulong)most), taken = 0;
            ulong* offsets = rows.Offsets + first;
            if (count > 0)
            {
                ulong limit = offsets[0] + RowGroup.MostFeatures;
                for (taken = 1; taken < count && offsets[taken + 1] <= limit; taken++)
                {
                }
            }

            Group.Rows = (int)taken;
            Group.Count = Search.Count = (int)(offsets[taken] - offsets[0]);
            Group.Offsets = offsets;
            Group.Keys = Search.Keys = rows.Keys + offsets[0];
            Group.Fields = rows.Fields == null ? null : rows.Fields + offsets[0];
            Group.Values = rows.Values == null ? null : rows.Values + offsets[0];
        }
    }
}
