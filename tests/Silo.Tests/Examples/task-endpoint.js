// Using Fetch API to check task status
const apiHost = 'http://localhost:8004';
// The task ID returned from an asynchronous call
const taskId = 'bdc8e99d-dd8a-40e9-8840-f9f8eef16c71';
// Function to check task status
function checkTaskStatus(taskId) {
return fetch(`${apiHost}/api/v1/task/${taskId}`)
.then(response => {
if (!response.ok) {
throw new Error(`HTTP error! Status: ${response.status}`);
}
return response.json();
})
.then(data => {
console.log(`Task status: ${data.payload.status}`);
console.log(`Progress: ${data.payload.progress}%`);
// Check if the task is complete
if (data.payload.status === 'completed') {
console.log('Task completed!');
console.log('Result data:', data.payload.data);
return data.payload.data;
} else if (data.payload.status === 'error') {
console.error('Task error:', data.payload.message);
throw new Error(data.payload.message);
} else {
// Task is still running, continue polling
console.log('Task is still running. Checking again in 1 second...');
return new Promise(resolve => {
setTimeout(() => {
resolve(checkTaskStatus(taskId));
}, 1000);
});
}
});
}
// Start checking the task status
checkTaskStatus(taskId)
.then(resultData => {
console.log('Final result:', resultData);
// Handle the completed task data here
})
.catch(error => {
console.error('Error checking task status:', error);
});
