namespace OrleansTasks.Grains.Tasks;

/// <summary>Takes a job's word of how far it is.</summary>
public interface IJobProgress
{
    /// <summary>Says how far the work is. The task shows the highest percentage that it was ever told, and 99 at the most.</summary>
    /// <param name="done">How much is done.</param>
    /// <param name="total">How much there is to do; above 0.</param>
    /// <param name="message">What is going on.</param>
    void Report(int done, int total, string message);
}
