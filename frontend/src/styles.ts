import '../style.css';
import './styles/screen.css';
import './styles/form.css';
import './styles/dialog.css';
import './styles/account.css';
