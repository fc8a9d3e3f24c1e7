using System.Numerics;

namespace CtrRuntime.Input;

/// <summary>
/// Reads up to eight decimal digits in one 64-bit register, without a branch: how many there are is as good as random in a column of ids, and a
/// branch guessed wrong costs more than all of it.
/// </summary>
internal static class EightDigits
{
    /// <summary>Characters looked at.</summary>
    public const int Length = 8;

    /// <summary>Ten to the power of 0 to 8.</summary>
    public static ReadOnlySpan<uint> Powers => [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>Reads the digits that eight characters start with; answers their number.</summary>
    /// <param name="characters">The characters, the first in the lowest byte.</param>
    /// <param name="number">The number that they are; 0 for no digit.</param>
    public static int Read(ulong characters, out uint number)
    {
        // Digits become 0 to 9; of the other bytes the top bit is then set, or is once 0x76 is added. A byte that overflows changes only what follows it.
        ulong digits = characters ^ 0x3030303030303030;
        ulong others = (digits | (digits + 0x7676767676767676)) & 0x8080808080808080;
        int count = BitOperations.TrailingZeroCount(others) / 8;

        // To the top, behind leading zeros: by 64 where there is no digit, which as one shift would be none.
        int half = 32 - (4 * count);
        digits = digits << half << half;
        digits = (digits * 10) + (digits >> 8);
        digits = (((digits & 0x000000FF000000FF) * (100 + (1_000_000UL << 32))) + (((digits >> 16) & 0x000000FF000000FF) * (1 + (10_000UL << 32)))) >> 32;
        number = (uint)digits;
        return count;
    }
}
