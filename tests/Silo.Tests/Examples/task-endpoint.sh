# Check the task status (replace with your actual task ID)
curl -X GET "http://localhost:8004/api/v1/task/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71" \
-H "accept: application/json"
